"""The twenty hazards of the real files (shared/data/FINDINGS.md, section 10), one test or more each, in order.

Rows are our own, with fictional codes; the same hazards in the real files are in test_real_files.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal.foundation.access import system_actor
from portal.organisations.models import Organisation, OrganisationIdentifier, OrganisationVersion
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.selectors import delivery_address
from portal.organisations.services.import_release import ImportRelease, import_release
from portal.organisations.tests.factories import OrganisationFactory
from portal.organisations.tests.rows import (
    branch,
    bring_in,
    dentist,
    organisation,
    pharmacy,
    practice,
    practice_2026,
    row,
    write,
)

pytestmark = pytest.mark.django_db


def test_01_both_layouts_of_one_file_say_the_same(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001"), practice("X99002", status="D", setting="25")])

    outcome = bring_in(
        tmp_path,
        [practice_2026("X99001"), practice_2026("X99002", status="DORMANT", setting="RO82")],
        released="2026-01-01",
    )

    assert (outcome.layout, outcome.unchanged) == ("epraccur 2026", 2)


def test_01_several_roles_are_kept_and_the_practice_role_decides(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice_2026("X99001", setting="RO268|RO76")])

    assert (organisation("X99001").kind, organisation("X99001").roles) == ("gp_practice", ["RO268", "RO76"])


@pytest.mark.parametrize(
    ("setting", "kind"),
    [("0", "other_prescriber"), ("2", "out_of_hours"), ("10", "hospital_service"), ("25", "prison"),
     ("26", "primary_care_network"), ("27", "prescribing_pharmacy"), ("99", "other_prescriber")],
)  # fmt: skip
def test_02_what_is_no_practice_is_no_contractor(setting: str, kind: str, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001", setting=setting)])

    found = organisation("X99001")
    assert (found.kind, found.contractor_type, found.accepts_orders) == (kind, "", False)


def test_03_codes_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    bring_in(
        tmp_path, [practice("X99001", parent="5E1", provider="209"), practice("X99002", parent="00K", provider="00K")]
    )

    assert (organisation("X99001").commissioner_code, organisation("X99001").parent_code) == ("5E1", "209")
    assert organisation("X99002").commissioner_code == "00K"


def test_04_codes_of_every_length_live_together_trimmed_and_upper_case(tmp_path: Path) -> None:
    codes = ["9ZZ", "P9ZZ", "A9Z9A", "X99001", "V999001", "X99001001", " x99003 "]

    outcome = bring_in(tmp_path, [practice(code) for code in codes])

    assert outcome.created == 7
    assert organisation("X99003").code == "X99003"


def test_05_a_branch_keeps_its_parent_whether_that_is_open_or_a_practice_or_alike(tmp_path: Path) -> None:
    bring_in(
        tmp_path,
        [
            practice("X99001", status="C", closed="20190101"),
            practice("X99002", status="D"),
            practice("X99003", setting="10"),
        ],
    )
    bring_in(
        tmp_path,
        [
            branch("X99001001"),
            branch("X99002004"),  # no branch 001
            branch("X99003001"),
            branch("X99009001", parent="X99002"),  # the code says another practice than the parent column
            branch("X99008001"),  # nobody knows that practice
        ],
    )

    parents = {
        each.code: each.parent for each in Organisation.objects.filter(kind="gp_branch").select_related("parent")
    }
    told = {code: (parent.code, parent.status, parent.kind) if parent else None for code, parent in parents.items()}
    assert told == {
        "X99001001": ("X99001", "closed", "gp_practice"),
        "X99002004": ("X99002", "dormant", "gp_practice"),
        "X99003001": ("X99003", "active", "hospital_service"),
        "X99009001": ("X99002", "dormant", "gp_practice"),
        "X99008001": None,
    }


def test_06_closed_dormant_and_proposed_survive_and_cannot_order(tmp_path: Path) -> None:
    statuses = {"X99001": "C", "X99002": "D", "X99003": "P"}
    bring_in(tmp_path, [practice(code, status=status) for code, status in statuses.items()])

    assert [organisation(code).status for code in statuses] == ["closed", "dormant", "proposed"]
    assert [organisation(code).accepts_orders for code in statuses] == [False] * 3


def test_06_a_blank_status_follows_from_the_dates(tmp_path: Path) -> None:
    bring_in(
        tmp_path,
        [
            branch("X99001001", closed="20191231"),
            branch("X99001002", closed="20200601"),
            branch("X99001003", opened="20200601"),
            branch("X99001004"),
        ],
    )

    statuses = [organisation(f"X9900100{number}").status for number in (1, 2, 3, 4)]
    assert statuses == ["closed", "active", "proposed", "active"]


def test_06_an_active_pharmacy_with_a_past_closing_date_is_kept_as_listed_and_refused_orders(tmp_path: Path) -> None:
    bring_in(tmp_path, [pharmacy("FZZ01", closed="20190101")])

    found = organisation("FZZ01")
    assert (found.status, found.closing_date_has_passed, found.accepts_orders) == ("active", True, False)


def test_07_a_code_can_reopen_move_be_renamed_and_be_reused_and_an_old_order_keeps_its_address(tmp_path: Path) -> None:
    bring_in(tmp_path, [pharmacy("FZZ01", name="FIRST CHEMIST", line1="1 OLD ROAD")], released="2018-01-01")
    snapshot = delivery_address(organisation("FZZ01"))
    bring_in(tmp_path, [pharmacy("FZZ01", status="C", closed="20190101")], released="2019-01-01")
    reused = pharmacy(
        "FZZ01", name="SECOND CHEMIST", line1="9 NEW ROAD", postcode="ZZ9 9ZZ", parent="A9Z9A", subtype="2"
    )

    outcome = bring_in(tmp_path, [reused], released="2020-01-01")

    assert outcome.reopened == 1
    assert snapshot == ["FIRST CHEMIST", "1 OLD ROAD", "ZZ1 4ZZ"]
    now = organisation("FZZ01")
    assert (now.name, now.kind, now.parent_code) == ("SECOND CHEMIST", "appliance_contractor", "A9Z9A")
    past = OrganisationVersion.objects.order_by("valid_from")
    assert [(each.name, each.status, each.kind) for each in past] == [
        ("FIRST CHEMIST", "active", "pharmacy"),
        ("TEST SITE", "closed", "pharmacy"),
    ]


def test_08_the_same_name_and_address_stay_different_organisations(tmp_path: Path) -> None:
    outcome = bring_in(tmp_path, [dentist(f"V9990{number}", name="DENTAL SURGERY") for number in (1, 2, 3)])

    assert (outcome.created, Organisation.objects.filter(name="DENTAL SURGERY").count()) == (3, 3)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("", ""), ("1632 960001", "01632 960001"), ("01632 960001", "01632 960001"), ("0300 1231234", "0300 1231234")],
)
def test_09_a_telephone_number_may_be_blank_or_have_lost_its_nought(written: str, kept: str, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001", telephone=written), practice("X99002", telephone=written)])

    assert organisation("X99001").telephone == organisation("X99002").telephone == kept


@pytest.mark.parametrize(
    ("postcode", "is_valid"),
    [("ZZ1 1ZZ", True), ("JE2 3ZZ", True), ("IM1 4ZZ", True), ("GY1 1ZZ", True), ("BFPO 801", True), ("W1A 1AA", True),
     ("", True), ("ZZ1 1ZZ ", False), ("ZZ1 1 ZZ", False), ("ZZ11ZZ", False), ("NONE", False)],
)  # fmt: skip
def test_10_a_malformed_postcode_is_kept_and_flagged(postcode: str, is_valid: bool, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(postcode=postcode)])

    found = organisation("X99001")
    assert (found.postcode, found.postcode_is_valid) == (postcode, is_valid)
    assert found.address[-1] == (postcode.strip() or "1 HIGH STREET")


def test_10_stray_spaces_are_taken_off_and_are_no_change(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(name=" THE TEST SURGERY", line1="1 HIGH STREET "), practice("X99002")])

    outcome = bring_in(tmp_path, [practice(), practice("X99002")], released="2021-01-01")

    assert (organisation("X99001").name, organisation("X99001").address_lines) == (
        "THE TEST SURGERY",
        ["1 HIGH STREET"],
    )
    assert outcome.unchanged == 2


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_11_both_line_ends_and_no_header(line_end: str, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [practice("X99001"), practice("X99002")], line_end=line_end)

    outcome = import_release(system_actor("a test", IMPORT_DIRECTORY), ImportRelease(path=path))

    assert (outcome.read, outcome.created) == (2, 2)


@pytest.mark.parametrize(
    "text",
    ["@ TEST ROAD,TEST HOUSE", "O`TEST [1], A+B\\C", "=1+1", 'THE "TEST" ROOM', "ST TEST'S", "CAFÉ RŴ", "\\.", "\\N"],
)
def test_11_odd_letters_come_in_as_they_are(text: str, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(line1=text, name=text)])

    assert (organisation("X99001").address_lines, organisation("X99001").name) == ([text], text)


def test_12_a_column_may_outgrow_the_specification(tmp_path: Path) -> None:
    long = "VERY " * 100 + "LONG"

    bring_in(tmp_path, [practice(name=long, line1=long, geography="S0E4D", telephone="+44 1632 960001 EXT 12345")])

    assert (organisation("X99001").name, organisation("X99001").geography_code) == (long, "S0E4D")


def test_13_absence_is_no_closure_and_nothing_is_deleted(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001"), practice("X99002", status="C", closed="20130101")])

    bring_in(tmp_path, [practice("X99003")], released="2021-01-01")

    assert [organisation(code).status for code in ("X99001", "X99002")] == ["active", "closed"]


@pytest.mark.parametrize("opened", ["19740401", "19480101", "20060401", "19000101"])
def test_14_a_default_date_is_no_opening(opened: str, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(opened=opened)])

    assert organisation("X99001").opened_on is not None
    assert organisation("X99001").real_opening is None


def test_14_a_real_date_is(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(opened="20100104")])

    assert organisation("X99001").real_opening == date(2010, 1, 4)


def test_15_the_new_layout_rewrites_everything_and_changes_nothing(tmp_path: Path) -> None:
    old = practice(
        name="THE TEST SURGERY", line1="THE TEST SURGERY", line2="1 HIGH STREET", line3="TESTON ON SEA",
        line4="TESTSHIRE", telephone="020 79460000",
    )  # fmt: skip
    new = practice_2026(line1="1 HIGH STREET", line4="TESTON-ON-SEA", telephone="02079 460000")
    bring_in(tmp_path, [old])

    outcome = bring_in(tmp_path, [new], released="2026-01-01")

    assert outcome.unchanged == 1
    assert organisation("X99001").address_lines[-1] == "TESTSHIRE"


def test_16_an_older_file_after_a_newer_one_rolls_nothing_back(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(name="OLD")], released="2019-01-01")
    bring_in(tmp_path, [practice(name="NEW")], released="2021-01-01")

    outcome = bring_in(tmp_path, [practice(name="OLD")], released="2019-01-01")

    assert (outcome.unchanged, organisation("X99001").name) == (1, "NEW")


def test_17_regions_and_commissioners_change_with_dates(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(region="Y54", geography="Q74", parent="00K", provider="00K")])
    bring_in(tmp_path, [practice(region="Y63", geography="QHM", parent="16C", provider="16C")], released="2021-01-01")

    past = OrganisationVersion.objects.get()
    assert (past.region_code, past.geography_code, past.commissioner_code) == ("Y54", "Q74", "00K")


def test_17_a_place_that_closed_is_not_moved_to_todays_region(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice(region="Y54", status="C", closed="20190101")])

    outcome = bring_in(
        tmp_path, [practice_2026(region="Y63", status="INACTIVE", closed="20190101")], released="2026-01-01"
    )

    assert (outcome.unchanged, organisation("X99001").region_code) == (1, "Y54")


def test_18_one_organisation_twice_in_a_file_is_refused_by_its_second_line(tmp_path: Path) -> None:
    twice = [practice("X99001"), practice("X99002"), practice("x99001", name="ANOTHER")]
    reasons = []
    for known in (False, True):
        if known:
            bring_in(tmp_path, [practice("X99001"), practice("X99002")])
        reasons += [(each.line, each.reason) for each in bring_in(tmp_path, twice).rejected]

    assert reasons == [(3, "The code x99001 stands in the file twice.")] * 2
    assert organisation("X99001").name == "THE TEST SURGERY"


def test_19_a_practice_is_known_by_its_role_and_not_by_six_characters(tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("A9Z9A"), practice("X99001", setting="9"), practice("F99001"), practice("P99001")])

    kinds = dict(Organisation.objects.values_list("code", "kind"))
    assert kinds == {
        "A9Z9A": "gp_practice", "X99001": "community_health_service", "F99001": "gp_practice", "P99001": "gp_practice",
    }  # fmt: skip


def test_20_every_number_an_organisation_goes_by_finds_it() -> None:
    surgery = OrganisationFactory(code="V99901", kind="dental_practice", name="DENTAL SURGERY")
    OrganisationIdentifier.objects.create(organisation=surgery, kind="contract_number", value="1234567890")
    OrganisationIdentifier.objects.create(organisation=surgery, kind="location_id", value="900123")

    for typed in ("1234567890", "900123", "V99901", "v099901", " V99901 "):
        assert list(Organisation.objects.search(typed)) == [surgery], typed


def test_a_row_of_nothing_but_a_code_and_a_name_comes_in(tmp_path: Path) -> None:
    bare = row(code="X99001001", name="BARE", opened="", line1="", parent="X99001")

    bring_in(tmp_path, [bare])

    assert organisation("X99001001").address == []
