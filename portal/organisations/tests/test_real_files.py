"""The known answers of the real files (shared/data/FINDINGS.md, sections 4 and 11), where the machine has them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.db.models import Count, F, Q

from portal.foundation.access import system_actor
from portal.organisations.models import Organisation, OrganisationVersion
from portal.organisations.ods_import.outcome import FileOutcome
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.services.import_release import ImportRelease, import_release
from portal.organisations.tests.real_data import ODS, needs_real_data

pytestmark = [*needs_real_data, pytest.mark.django_db]


def _import(*names: str) -> list[FileOutcome]:
    actor = system_actor("a test", IMPORT_DIRECTORY)
    return [import_release(actor, ImportRelease(path=ODS / name)) for name in names]


def _told(outcome: FileOutcome) -> dict[str, int]:
    return {name: count for name, count in outcome.counts().items() if count}


def test_the_practices_of_2025() -> None:
    (outcome,) = _import("epraccur.csv")

    assert (outcome.layout, _told(outcome)) == ("epraccur classic", {"read": 16_685, "created": 16_685})
    practices = Organisation.objects.filter(kind="gp_practice")
    assert practices.count() == 8_655
    assert practices.active().count() == 6_618  # type: ignore[attr-defined]
    statuses = dict(Organisation.objects.values_list("status").annotate(rows=Count("id")))
    assert statuses == {"active": 12_440, "closed": 4_024, "dormant": 218, "proposed": 3}
    assert Organisation.objects.filter(kind="prescribing_pharmacy").active().count() == 203  # type: ignore[attr-defined]
    assert not Organisation.objects.exclude(kind="gp_practice").exclude(contractor_type="").exists()


def test_the_branches_and_their_practices() -> None:
    _, outcome = _import("epraccur.csv", "ebranchs.csv")

    branches = Organisation.objects.filter(kind="gp_branch")
    assert _told(outcome) == {"read": 2_702, "created": 2_702}
    assert branches.filter(parent__isnull=True).count() == 0
    assert branches.exclude(parent__code=F("parent_code")).count() == 0
    open_branches = branches.active()  # type: ignore[attr-defined]
    parents = open_branches.aggregate(
        closed=Count("id", filter=Q(parent__status="closed")), dormant=Count("id", filter=Q(parent__status="dormant"))
    )
    assert parents == {"closed": 276, "dormant": 18}


def test_the_dental_practices() -> None:
    (outcome,) = _import("egdpprac.csv")

    assert _told(outcome) == {"read": 9_908, "created": 9_908}
    codes = Organisation.objects.filter(kind="dental_practice").values_list("code", flat=True)
    assert sum(len(code) == 7 for code in codes) == 481


def test_the_pharmacies() -> None:
    (outcome,) = _import("edispensary.csv")

    assert _told(outcome) == {"read": 20_932, "created": 20_932}
    kinds = dict(Organisation.objects.values_list("kind").annotate(rows=Count("id")))
    assert kinds == {"pharmacy": 20_654, "appliance_contractor": 275, "oxygen_supplier": 3}
    malformed = Organisation.objects.filter(postcode_is_valid=False).values_list("postcode", flat=True)
    assert sorted(malformed) == ["HX7 7BZ ", "SA5 9 EA"]


def test_all_four_files_again_change_nothing() -> None:
    names = ("epraccur.csv", "ebranchs.csv", "egdpprac.csv", "edispensary.csv")
    _import(*names)
    before = list(Organisation.objects.order_by("id").values())

    assert [each.unchanged for each in _import(*names)] == [16_685, 2_702, 9_908, 20_932]
    assert list(Organisation.objects.order_by("id").values()) == before
    assert not OrganisationVersion.objects.exists()


def test_the_2026_layout_changes_only_what_changed() -> None:
    _, outcome = _import("epraccur.csv", "epraccur_2026_layout_sample.csv")

    assert outcome.layout == "epraccur 2026"
    assert outcome.read == 54
    assert outcome.read == sum(
        getattr(outcome, name) for name in ("created", "changed", "unchanged", "closed", "reopened")
    )
    assert OrganisationVersion.objects.count() == outcome.changed + outcome.closed + outcome.reopened
    assert Organisation.objects.filter(kind="gp_practice").active().count() >= 6_610  # type: ignore[attr-defined]


def test_the_2026_layout_first_and_then_2025_rolls_nothing_back() -> None:
    _import("epraccur_2026_layout_sample.csv")
    newest = {
        each["code"]: each for each in Organisation.objects.values("code", "status", "name", "address_lines", "roles")
    }

    _import("epraccur.csv")

    codes = list(newest)
    now = Organisation.objects.filter(code__in=codes).values("code", "status", "name", "address_lines", "roles")
    assert {each["code"]: each for each in now} == newest


def test_every_code_and_name_is_as_in_the_file() -> None:
    _import("epraccur.csv")

    with (ODS / "epraccur.csv").open(encoding="utf-8", newline="") as file:
        written = {fields[0]: fields[1] for fields in csv.reader(file)}
    assert dict(Organisation.objects.values_list("code", "name")) == written


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "epraccur.csv"
    path.write_bytes((ODS / "ebranchs.csv").read_bytes())

    outcome = import_release(system_actor("a test", IMPORT_DIRECTORY), ImportRelease(path=path))

    assert (outcome.layout, outcome.created) == ("ebranchs classic", 2_702)
