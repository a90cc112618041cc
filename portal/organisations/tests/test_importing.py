"""One release after another: created, changed, closed, reopened, never deleted, never rolled back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Refused
from portal.organisations.models import CommissionerPeriod, ImportRun, Organisation, OrganisationVersion
from portal.organisations.permissions import IMPORT_DIRECTORY, VIEW_DIRECTORY
from portal.organisations.services.import_release import ImportRelease, import_release, preview_release
from portal.organisations.tests import rows
from portal.organisations.tests.factories import OperatorFactory
from portal.organisations.tests.rows import branch, bring_in, organisation, practice

pytestmark = pytest.mark.django_db


def _counts(outcome: object) -> dict[str, int]:
    return {name: count for name, count in outcome.counts().items() if count}  # type: ignore[attr-defined]


def test_a_new_row_becomes_an_organisation_with_everything_it_says(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001", region="Y99", geography="Q9Z", telephone="01632 960001")])

    found = organisation("X99001")
    assert (found.name, found.kind, found.contractor_type, found.status) == (
        "THE TEST SURGERY", "gp_practice", "gp", "active",
    )  # fmt: skip
    assert found.address == ["1 HIGH STREET", "ZZ1 1ZZ"]
    assert (found.commissioner_code, found.geography_code, found.region_code) == ("9ZA", "Q9Z", "Y99")
    assert (found.telephone, found.roles, found.opened_on) == ("01632 960001", ["RO76"], date(2010, 1, 4))
    assert found.accepts_orders


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = [practice("X99001"), practice("X99002", status="C", closed="20190101")]
    bring_in(tmp_path, file)
    before = list(Organisation.objects.order_by("code").values())

    again = bring_in(tmp_path, file)

    assert _counts(again) == {"read": 2, "unchanged": 2}
    assert list(Organisation.objects.order_by("code").values()) == before
    assert not OrganisationVersion.objects.exists()


def test_each_row_is_counted_once(tmp_path: Path) -> None:
    codes = ["X99001", "X99002", "X99003", "X99004"]
    bring_in(tmp_path, [practice(code, status="C" if code == "X99004" else "A") for code in codes])

    outcome = bring_in(
        tmp_path,
        [
            practice("X99001"),
            practice("X99002", name="ANOTHER NAME"),
            practice("X99003", status="C", closed="20200601"),
            practice("X99004"),
            practice("X99005"),
        ],
        released="2021-01-01",
    )

    assert _counts(outcome) == {"read": 5, "created": 1, "changed": 1, "unchanged": 1, "closed": 1, "reopened": 1}


def test_what_changed_is_kept_with_its_dates(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(line1="1 HIGH STREET", parent="9ZA", provider="9ZA")])
    bring_in(
        tmp_path, [practice(line1="2 LOW STREET", postcode="ZZ9 9ZZ", parent="A9Z9A", provider="A9Z9A")],
        released="2021-01-01",
    )  # fmt: skip

    now, past = organisation("X99001"), OrganisationVersion.objects.get()
    assert (now.address, now.commissioner_code, now.valid_from) == (
        ["2 LOW STREET", "ZZ9 9ZZ"], "A9Z9A", date(2021, 1, 1),
    )  # fmt: skip
    assert (past.address_lines, past.postcode, past.commissioner_code) == (["1 HIGH STREET"], "ZZ1 1ZZ", "9ZA")
    assert (past.valid_from, past.valid_to) == (date(2020, 1, 1), date(2021, 1, 1))


def test_an_older_release_fills_the_gap_and_rolls_nothing_back(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(name="NEW NAME")], released="2021-01-01")

    bring_in(tmp_path, [practice(name="OLD NAME", status="D")], released="2020-01-01")

    now, past = organisation("X99001"), OrganisationVersion.objects.get()
    assert (now.name, now.status, now.valid_from) == ("NEW NAME", "active", date(2021, 1, 1))
    assert (past.name, past.status, past.valid_from, past.valid_to) == (
        "OLD NAME", "dormant", date(2020, 1, 1), date(2021, 1, 1),
    )  # fmt: skip


def test_an_older_release_adds_what_newer_ones_no_longer_list(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001")], released="2021-01-01")

    bring_in(tmp_path, [practice("X99001"), practice("X99002", status="C")], released="2020-01-01")

    assert organisation("X99002").status == "closed"


def test_what_a_release_no_longer_lists_stays(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001"), practice("X99002")])

    outcome = bring_in(tmp_path, [practice("X99001")], released="2021-01-01")

    assert _counts(outcome) == {"read": 1, "unchanged": 1}
    assert organisation("X99002").status == "active"


def test_history_between_two_releases_is_split_where_a_third_says_otherwise(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(name="A")], released="2019-01-01")
    bring_in(tmp_path, [practice(name="A")], released="2023-01-01")

    bring_in(tmp_path, [practice(name="B")], released="2021-01-01")

    told = list(OrganisationVersion.objects.order_by("valid_from").values_list("name", "valid_from", "valid_to"))
    assert told == [("A", date(2019, 1, 1), date(2021, 1, 1)), ("B", date(2021, 1, 1), date(2023, 1, 1))]
    assert (organisation("X99001").name, organisation("X99001").valid_from) == ("A", date(2023, 1, 1))


def test_a_parent_is_linked_whichever_comes_first(tmp_path: Path) -> None:
    bring_in(tmp_path, [branch("X99001001"), branch("X99002001")])
    assert organisation("X99001001").parent is None

    bring_in(tmp_path, [practice("X99001"), practice("X99002")])
    bring_in(tmp_path, [branch("X99001002")])

    parents = Organisation.objects.filter(kind="gp_branch").order_by("code").values_list("code", "parent__code")
    assert list(parents) == [("X99001001", "X99001"), ("X99001002", "X99001"), ("X99002001", "X99002")]


def test_a_branch_that_changes_hands_follows_its_new_practice(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001"), practice("X99002")])
    bring_in(tmp_path, [branch("X99001001")])

    bring_in(tmp_path, [branch("X99001001", parent="X99002")], released="2021-01-01")

    assert organisation("X99001001").parent == organisation("X99002")


def test_the_release_date_is_the_newest_past_date_in_the_file(tmp_path: Path) -> None:
    path = rows.write(tmp_path / "f.csv", [practice(joined="20190304"), practice("X99002", opened="29990101")])

    outcome = import_release(system_actor("a test", IMPORT_DIRECTORY), ImportRelease(path=path))

    assert outcome.released_on == date(2019, 3, 4)


def test_a_file_without_a_date_needs_one_given(tmp_path: Path) -> None:
    path = rows.write(tmp_path / "f.csv", [practice(opened="")])

    outcome = import_release(system_actor("a test", IMPORT_DIRECTORY), ImportRelease(path=path))

    assert "--released" in outcome.rejected[0].reason


def test_a_preview_names_the_differences_and_changes_nothing(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001"), practice("X99002")])
    file = [practice("X99001", name="ANOTHER NAME"), practice("X99002", status="C"), practice("X99003")]
    path = rows.write(tmp_path / "next.csv", file)
    before = list(Organisation.objects.order_by("code").values())

    outcome = preview_release(
        system_actor("a test", IMPORT_DIRECTORY), ImportRelease(path=path, released_on=date(2021, 1, 1))
    )

    assert [(each.code, each.verb, each.fields) for each in outcome.differences] == [
        ("X99003", "created", []),
        ("X99001", "changed", [("name", "THE TEST SURGERY", "ANOTHER NAME")]),
        ("X99002", "closed", [("status", "active", "closed")]),
    ]
    assert _counts(outcome) == {"read": 3, "created": 1, "changed": 1, "closed": 1}
    assert list(Organisation.objects.order_by("code").values()) == before
    assert ImportRun.objects.count() == 1


def test_every_import_leaves_a_run_and_an_event(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001")])
    bring_in(tmp_path, [practice("X99 01")])

    applied, refused = ImportRun.objects.order_by("id")
    assert (applied.outcome, applied.layout, applied.created, len(applied.sha256)) == (
        "applied",
        "epraccur classic",
        1,
        64,
    )
    assert (refused.outcome, refused.rejected) == ("refused", [{"line": 1, "reason": "'X99 01' is not an ODS code."}])
    events = AuditEvent.objects.filter(subject_type="importrun").order_by("id")
    assert [event.type for event in events] == ["organisations.release_imported", "organisations.release_refused"]
    assert events[0].sentence == "a test imported release.csv (epraccur classic): 1 created, 0 changed, 0 closed"


def test_who_may_not_import_is_refused(tmp_path: Path) -> None:
    reader = system_actor("a reader", VIEW_DIRECTORY)

    for act in (import_release, preview_release):
        with pytest.raises(Refused):
            act(reader, ImportRelease(path=tmp_path / "f.csv"))


def test_the_operator_stays_the_operator(tmp_path: Path) -> None:
    OperatorFactory(code="X4S4L", valid_from=date(2019, 1, 1), last_seen_on=date(2019, 1, 1))

    bring_in(tmp_path, [practice("X4S4L", setting="0", name="SUPPORT SERVICES")])

    assert (organisation("X4S4L").kind, organisation("X4S4L").name) == ("operator", "SUPPORT SERVICES")


def test_the_commissioner_history_is_kept_even_of_practices_nobody_lists(tmp_path: Path) -> None:
    first = [["X99001", "9ZA", "W", "20130401", "20180331", "0"], ["X99001", "9ZB", "W", "20180401", "", "0"]]
    then = [["X99001", "9ZA", "W", "20130401", "20180331", "0"], ["X99001", "9ZB", "W", "20180401", "20200331", "1"],
            ["X99001", "9ZC", "W", "20200401", "", "0"]]  # fmt: skip

    assert _counts(bring_in(tmp_path, first)) == {"read": 2, "created": 2}
    assert _counts(bring_in(tmp_path, then)) == {"read": 3, "created": 1, "unchanged": 1, "closed": 1}
    assert _counts(bring_in(tmp_path, then)) == {"read": 3, "unchanged": 3}
    assert _counts(bring_in(tmp_path, first)) == {"read": 2, "unchanged": 2}
    assert CommissionerPeriod.objects.filter(left_on__isnull=True).get().commissioner_code == "9ZC"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (["X99001", "9ZA", "W", "", "", "0"], "X99001 has no day on which it joined."),
        (["X99001", "9ZA", "W", "20200101", "20190101", "0"], "X99001 left before it joined."),
        (["X99001", "9Z-A", "W", "20200101", "", "0"], "'9Z-A' is not an ODS code."),
        (
            ["X99001", "9ZA", "W", "20200131", "20200231", "0"],
            "Column 5 is '20200231', which is no date of the form 20250331.",
        ),
        (["X99000", "9ZA", "W", "20130401", "", "0"], "X99000 joined the same commissioner twice on one day."),
    ],
)
def test_a_wrong_period_is_refused(wrong: list[str], reason: str, tmp_path: Path) -> None:
    outcome = bring_in(tmp_path, [["X99000", "9ZA", "W", "20130401", "", "0"], wrong])

    assert [(each.line, each.reason) for each in outcome.rejected] == [(2, reason)]
    assert not CommissionerPeriod.objects.exists()
