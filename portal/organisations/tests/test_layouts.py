"""A file is recognised by what is in it, whatever it is called (hazard 1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.organisations.ods_import.layouts import FAMILIES, CodeShapes, Combination, Layout, recognise_by_shapes
from portal.organisations.ods_import.refusal import RefusedFile
from portal.organisations.tests import rows
from portal.organisations.tests.rows import bring_in, organisation

pytestmark = pytest.mark.django_db

_OWNER = {"subtype": "", "parent": "", "status": ""}
_FILES = {
    "epraccur classic": [rows.practice("X99001"), rows.practice("X99002", setting="10")],
    "epraccur 2026": [rows.practice_2026("X99001"), rows.practice_2026("X99002", setting="RO250")],
    "ebranchs classic": [rows.branch("X99001001"), rows.branch("X99001002")],
    "egdpprac classic": [rows.dentist("V99901"), rows.dentist("V999022", subtype="P")],
    "egdpprac 2026": [rows.dentist("V99901", status="ACTIVE"), rows.dentist("V99902", status="INACTIVE")],
    "edispensary classic": [rows.pharmacy("FZZ01"), rows.pharmacy("FZZ02", subtype="2")],
    "edispensary 2026": [rows.pharmacy("FZZ01", setting="RO182", status="ACTIVE")],
    "eoptsite classic": [
        rows.row(code="TPZ01", parent="T9Z", status="A"),
        rows.row(code="TPZ02", parent="T9Z", status="A"),
    ],
    "epharmacyhq classic": [rows.row(code="P9ZZ", **_OWNER), rows.row(code="P9ZY", **_OWNER)],
}


@pytest.mark.parametrize("layout", _FILES)
def test_the_content_tells_which_file_it_is(layout: str, tmp_path: Path) -> None:
    outcome = bring_in(tmp_path, _FILES[layout])

    assert (outcome.rejected, outcome.layout) == ([], layout)


def test_a_misleading_name_misleads_nobody(tmp_path: Path) -> None:
    path = rows.write(tmp_path / "epraccur.csv", [rows.dentist()])

    outcome = bring_in(tmp_path, [rows.dentist()])
    path.unlink()

    assert outcome.layout == "egdpprac classic"


def test_owners_are_recognised_by_the_pharmacies_that_name_them(tmp_path: Path) -> None:
    bring_in(tmp_path, [rows.pharmacy("FZZ01", parent="A9Z9A")])

    assert bring_in(tmp_path, [rows.row(code="A9Z9A", **_OWNER)]).layout == "epharmacyhq classic"


def test_a_file_that_cannot_tell_what_it_is_must_be_named(tmp_path: Path) -> None:
    unclear = [rows.row(code="A9Z9A", **_OWNER)]

    assert "--layout" in bring_in(tmp_path, unclear).rejected[0].reason
    assert bring_in(tmp_path, unclear, layout="eopthq").created == 1
    assert organisation("A9Z9A").kind == "optical_owner"


def test_optical_owners_are_recognised_by_the_sites_that_name_them() -> None:
    shapes = CodeShapes(known_optical_owner=0.9)

    layout = recognise_by_shapes([Combination("", "", "", 10)], shapes)

    assert layout == Layout(FAMILIES["eopthq"], "classic")


def test_two_files_glued_together_are_refused_by_the_first_alien_line(tmp_path: Path) -> None:
    many = [rows.dentist(f"V99{number:03}") for number in range(20)]

    outcome = bring_in(tmp_path, [*many, rows.pharmacy()])

    assert [(each.line, each.reason) for each in outcome.rejected] == [
        (21, "Column 14 is '1', which the file of dental practices does not have.")
    ]


def test_columns_of_no_known_file_are_refused(tmp_path: Path) -> None:
    outcome = bring_in(tmp_path, [rows.row(code="X9", subtype="Q", setting="WORD")])

    assert "no known ODS file" in outcome.rejected[0].reason


def test_a_role_nobody_knows_yet_is_kept_and_may_order_nothing(tmp_path: Path) -> None:
    bring_in(tmp_path, [rows.practice_2026("X99001", setting="RO9999")])

    found = organisation("X99001")
    assert (found.kind, found.roles, found.accepts_orders) == ("other_prescriber", ["RO9999"], False)


def test_shapes_that_say_nothing_refuse() -> None:
    with pytest.raises(RefusedFile, match="Name it with --layout"):
        recognise_by_shapes([Combination("", "", "", 10)], CodeShapes())
