"""The seed and other catalogue files: a bad one names its line and changes nothing."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.supplies.catalogue_file import SEED, BadCatalogueFile, read_catalogue
from portal.supplies.item_values import CONTRACTOR_TYPES, PICTURES
from portal.supplies.models import CatalogueItem
from portal.supplies.permissions import EDIT_CATALOGUE
from portal.supplies.services.load_catalogue import load_catalogue

HEADING = SEED.read_text().splitlines()[0]
GOOD = "TEST-A,Test form,For tests.,plain,gp dental,Tests,pack,100,1,20,5,,,5,no,no,form,2020-01-01,,"
EDITOR = system_actor("Test", EDIT_CATALOGUE)


def _file(*rows: str) -> bytes:
    return "\n".join([HEADING, *rows, ""]).encode()


def test_the_seed_is_a_correct_file() -> None:
    rows = read_catalogue(SEED.read_bytes())
    assert len(rows) > 80
    for contractor_type in CONTRACTOR_TYPES:
        assert any(contractor_type in row.values.contractor_types for row in rows)


def test_the_seed_holds_what_people_order() -> None:
    codes = {row.values.code for row in read_catalogue(SEED.read_bytes())}
    assert codes >= {"FP10SS", "FP10NC", "FP10MDA-S", "FP10PN", "FP10PCDNC", "FP10D", "FP10DT", "FP57", "GMS1", "GMS3"}
    assert codes >= {"MED3", "FP17DC", "GOS1", "GOS2", "GOS18", "BAG-SMALL", "BAG-MEDIUM", "BAG-LARGE", "CUP-60", "FP5"}
    assert sum(code.startswith("NDL-") for code in codes) > 3 and sum(code.startswith("SYR-") for code in codes) > 3


def test_prescription_forms_of_the_seed_are_secure_approved_and_numbered() -> None:
    forms = [row.values for row in read_catalogue(SEED.read_bytes()) if row.values.code.startswith("FP10")]
    assert all(item.item_class == "secure" and item.approval_required and item.serial_numbered for item in forms)


def test_pads_printed_with_a_prescriber_take_fifteen_working_days() -> None:
    by_code = {row.values.code: row.values for row in read_catalogue(SEED.read_bytes())}
    assert by_code["FP10NC"].lead_time == by_code["FP10PN"].lead_time == 15
    assert by_code["FP10SS"].lead_time == 5


def test_there_is_a_drawing_for_every_picture_and_no_other() -> None:
    drawings = Path(__file__).parents[1] / "static" / "supplies" / "pictures"
    assert {path.stem for path in drawings.glob("*.svg")} == set(PICTURES)


def test_drawings_are_small_and_refer_to_nothing() -> None:
    drawings = Path(__file__).parents[1] / "static" / "supplies" / "pictures"
    for path in drawings.glob("*.svg"):
        text = path.read_text()
        assert len(text) < 2_000
        assert "href" not in text and "<script" not in text and "url(" not in text and text.count("http") == 1


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "columns"),
        (b"code,name\nA,B\n", 1, "columns"),
        (_file(GOOD, "TEST-B,too,few"), 3, "cells"),
        (_file(GOOD, GOOD), 3, "already on line 2"),
        (_file(GOOD.replace(",20,5,", ",4,5,")), 2, "maximum"),
        (_file(GOOD.replace(",20,5,", ",-1,5,")), 2, "whole number"),
        (_file(GOOD.replace(",20,5,", ",٣,5,")), 2, "whole number"),
        (_file(GOOD.replace(",no,no,", ",perhaps,no,")), 2, "yes or no"),
        (_file(GOOD.replace("2020-01-01", "01/01/2020")), 2, "not a date"),
        (_file(GOOD.replace("2020-01-01", "2020-02-30")), 2, "not a date"),
        (_file(GOOD.replace("gp dental", "gp surgeon")), 2, "surgeon"),
        (_file(GOOD.replace("TEST-A", "test a")), 2, "capital letters"),
        (_file(GOOD.replace("plain", "holy")), 2, "kind"),
        (_file(GOOD.replace(",form,", ",photograph,")), 2, "drawings"),
        (_file(GOOD.replace("Test form", "Test\x00form")), 2, "plain text"),
        (_file(GOOD.replace("5,,,5", "5,7,,5")), 2, "both the packs and the days"),
        (_file(GOOD + "TEST-A"), 2, "replace itself"),
        (_file(GOOD + "TEST-B", GOOD.replace("TEST-A", "TEST-B") + "TEST-A"), 2, "replaced by itself"),
        (_file(GOOD, 'TEST-B,"never closed'), 3, "CSV"),
        (_file(GOOD) + b"\xff\xfe\n", 3, "UTF-8"),
        (b"x" * 5_000_001, 1, "bytes"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(content: bytes, line: int, words: str) -> None:
    with pytest.raises(BadCatalogueFile) as caught:
        read_catalogue(content)
    assert caught.value.line == line
    assert words in caught.value.reason


def test_a_file_from_a_spreadsheet_is_read() -> None:
    content = b"\xef\xbb\xbf" + _file(GOOD, "", ",,,,,,,,,,,,,,,,,,,").replace(b"\n", b"\r\n")
    assert [row.values.code for row in read_catalogue(content)] == ["TEST-A"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert _is_read_or_refused_with_a_line(_file(GOOD) + content)


@given(st.lists(st.text(max_size=30), min_size=20, max_size=20))
def test_any_cells_are_read_or_refused(cells: list[str]) -> None:
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    assert _is_read_or_refused_with_a_line("\n".join([HEADING, row]).encode("utf-8", "surrogatepass"))


def _is_read_or_refused_with_a_line(content: bytes) -> bool:
    try:
        read_catalogue(content)
    except BadCatalogueFile as error:
        return error.line >= 1 and bool(error.reason)
    return True


def test_replacements_come_before_what_they_replace() -> None:
    codes = [row.values.code for row in read_catalogue(SEED.read_bytes())]
    assert codes.index("FP10SS") < codes.index("FP10SS-0118")


@pytest.mark.django_db
def test_loading_twice_changes_nothing_the_second_time() -> None:
    rows = read_catalogue(SEED.read_bytes())
    first = load_catalogue(EDITOR, rows)
    events = AuditEvent.objects.count()
    second = load_catalogue(EDITOR, rows)
    assert len(first.created) == len(rows)
    assert second.created == [] and len(second.unchanged) == len(rows)
    assert AuditEvent.objects.count() == events


@pytest.mark.django_db
def test_edits_of_staff_are_reported_and_kept() -> None:
    load_catalogue(EDITOR, read_catalogue(_file(GOOD)))
    changed = read_catalogue(_file(GOOD.replace("Test form", "Better name")))
    result = load_catalogue(EDITOR, changed)
    assert result.different == {"TEST-A": {"name": ["Test form", "Better name"]}}
    assert CatalogueItem.objects.get(code="TEST-A").name == "Test form"


@pytest.mark.django_db
def test_overwrite_takes_the_values_of_the_file_and_leaves_an_event() -> None:
    load_catalogue(EDITOR, read_catalogue(_file(GOOD)))
    result = load_catalogue(EDITOR, read_catalogue(_file(GOOD.replace("Test form", "Better name"))), overwrite=True)
    assert result.overwritten == ["TEST-A"]
    item = CatalogueItem.objects.get(code="TEST-A")
    assert (item.name, item.version) == ("Better name", 2)
    assert AuditEvent.objects.about("catalogueitem", "TEST-A").last().payload["changes"] == {
        "name": ["Test form", "Better name"]
    }


@pytest.mark.django_db
def test_an_unknown_replacement_stops_the_whole_file() -> None:
    with pytest.raises(BadCatalogueFile) as caught:
        load_catalogue(EDITOR, read_catalogue(_file(GOOD, GOOD.replace("TEST-A", "TEST-B") + "NOBODY")))
    assert caught.value.line == 3
    assert "NOBODY" in caught.value.reason


@pytest.mark.django_db
def test_the_command_prints_json_and_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_bytes(_file(GOOD))
    out = StringIO()
    call_command("load_catalogue", str(path), "--dry-run", "--json", stdout=out)
    assert json.loads(out.getvalue())["created"] == ["TEST-A"]
    assert not CatalogueItem.objects.filter(code="TEST-A").exists()


@pytest.mark.django_db
def test_the_command_names_the_line_of_a_bad_file_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_bytes(_file(GOOD, GOOD.replace("TEST-A", "TEST-B") + "NOBODY"))
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("load_catalogue", str(path), "--json", stdout=out)
    assert stopped.value.code == 1
    assert json.loads(out.getvalue())["rejected"][0]["line"] == 3
    assert not CatalogueItem.objects.filter(code="TEST-A").exists()


@pytest.mark.django_db
def test_the_command_says_what_differs() -> None:
    call_command("load_catalogue", stdout=StringIO())
    CatalogueItem.objects.filter(code="GMS1").update(name="Our own name")
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert "GMS1 name: catalogue 'Our own name', file" in out.getvalue()
    assert "--overwrite" in out.getvalue()
