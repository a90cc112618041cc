"""``bin/portal import-registrations``: what it prints, and that it can be run twice."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.records.registrations.models import RegistrationEvent, RegistrationImport
from portal.records.registrations.tests.factories import HERE, THERE, practices
from portal.records.registrations.tests.samples import (
    NUMBER,
    OTHER_NUMBER,
    acceptance,
    deduction,
    interchange,
    message,
    receipt,
)
from portal.records.registrations.tests.test_tables import HEAD

pytestmark = pytest.mark.django_db(transaction=True)  # each event commits or is undone on its own
GOOD = interchange(
    message("G1", acceptance(kind="1", practice=THERE), acceptance(kind="2", number=OTHER_NUMBER, transaction="18"))
)


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def _import(*paths: Path, **options: Any) -> dict[str, Any]:
    printed = io.StringIO()
    with contextlib.suppress(CommandError):  # raised when something was rejected, after the outcome is printed
        call_command("import_registrations", *map(str, paths), json=True, stdout=printed, **options)
    return json.loads(printed.getvalue())  # type: ignore[no-any-return]


def _file(folder: Path, content: bytes, name: str = "events.dat") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_it_prints_exactly_what_is_promised(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD)
    assert _import(path) == {
        "files": [
            {
                "file": str(path),
                "transactions": [
                    {"kind": "G1", "reference": "17", "effect": "envelope_created"},
                    {"kind": "G1", "reference": "18", "effect": "envelope_created"},
                ],
                "rejected": [],
            }
        ]
    }


def test_importing_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD)
    first, second = _import(path), _import(path)
    assert [each["effect"] for each in second["files"][0]["transactions"]] == ["already_imported"] * 2
    assert len(first["files"][0]["transactions"]) == RegistrationEvent.objects.count() == 2
    newest = RegistrationImport.objects.order_by("-id")[0]
    assert (newest.taken, newest.repeated, newest.rejected) == (0, 2, 0)


def test_a_bad_part_is_rejected_with_its_place_and_the_rest_is_taken(tmp_path: Path) -> None:
    content = interchange(
        message(
            "G1", acceptance(kind="1", practice="281"), acceptance(kind="1", number="1234567890", transaction="18")
        ),
        message("G1", acceptance(kind="1", practice=HERE, transaction="19"), reference="00000002"),
        receipt("00000001"),
    )
    printed = _import(_file(tmp_path, content))["files"][0]
    assert [each["effect"] for each in printed["transactions"]] == ["envelope_created", "receipt_kept"]
    assert len(printed["rejected"]) == 2
    assert all(set(each) == {"position", "reason"} for each in printed["rejected"])
    assert all("message 1, transaction" in each["position"] for each in printed["rejected"])
    run = RegistrationImport.objects.get()
    assert (run.taken, run.rejected, run.rejections.count()) == (2, 2, 2)


def test_a_rejected_part_is_taken_once_its_cause_is_mended(tmp_path: Path) -> None:
    path = _file(tmp_path, interchange(message("G1", acceptance(kind="1", practice="281"))))
    assert _import(path)["files"][0]["rejected"]
    mended = _import(path, practice=[("281", HERE)])["files"][0]
    assert [each["effect"] for each in mended["transactions"]] == ["envelope_created"]


def test_a_reference_is_good_for_one_event_outside_gp_links(tmp_path: Path) -> None:
    first = _file(tmp_path, f"{HEAD}\nG1,E-1,{HERE},{NUMBER},A,,1,\n".encode(), "first.csv")
    second = _file(tmp_path, f"{HEAD}\nG1,E-1,{HERE},{OTHER_NUMBER},B,,1,\n".encode(), "second.csv")
    printed = _import(first, first, second)["files"]
    assert [len(each["transactions"]) for each in printed] == [1, 1, 0]
    assert "used before" in printed[2]["rejected"][0]["reason"]


def test_a_file_that_is_not_there_does_not_stop_the_next(tmp_path: Path) -> None:
    printed = _import(tmp_path / "none.dat", _file(tmp_path, GOOD))["files"]
    assert printed[0]["rejected"] == [{"position": "file", "reason": "There is no such file."}]
    assert len(printed[1]["transactions"]) == 2


def test_a_rejection_makes_the_command_fail(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Rejected: 1"):
        call_command("import_registrations", str(tmp_path / "none.dat"), stdout=io.StringIO())


def test_the_name_of_a_file_is_kept_without_a_patients_number(tmp_path: Path) -> None:
    _import(_file(tmp_path, GOOD, f"{NUMBER}.dat"))
    _import(_file(tmp_path, GOOD, "999 158 1766 moved.dat"))
    assert [NUMBER in row.file_name.replace(" ", "") for row in RegistrationImport.objects.all()] == [False, False]


def test_for_people_it_prints_sentences(tmp_path: Path) -> None:
    printed = io.StringIO()
    call_command("import_registrations", str(_file(tmp_path, GOOD)), stdout=printed)
    assert "A new patient" in printed.getvalue()
    assert deduction().split("'")[0] not in printed.getvalue()
