"""CSV and JSON: a bad row or item is named, and the rest is taken."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER, read

HEAD = "kind,reference,practice,nhs_number,family_name,born_on,acceptance_type,reason"
GOOD = f"G1,E-1,Y90001,{NUMBER},ASQUITH,1946-07-23,3,"


def _csv(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines, ""]).encode()


def test_a_row_becomes_an_event() -> None:
    (found,), rejected = read(_csv(GOOD))
    assert rejected == []
    assert (found.kind, found.reference, found.practice, found.acceptance_type) == ("G1", "E-1", "Y90001", "3")
    assert (found.patient.nhs_number, found.patient.born_on) == (NUMBER, date(1946, 7, 23))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (f"G9,E-2,Y90001,{NUMBER},A,,,", "kind"),
        (f"G1,,Y90001,{NUMBER},A,,3,", "reference"),
        (f"G1,E-2,,{NUMBER},A,,3,", "practice"),
        ("G1,E-2,Y90001,1234567890,A,,3,", "check digit"),
        ("F2,E-2,Y90001,,A,,,1", "number is missing"),
        (f"F2,E-2,Y90001,{NUMBER},A,,,", "reason"),
        (f"G1,E-2,Y90001,{NUMBER},A,,7,", "acceptance type"),
        (f"G1,E-2,Y90001,{NUMBER},A,30/02/2020,3,", "date of birth"),
        (f"G1,E-2,Y90001,{NUMBER},A,18691231,3,", "1870"),
        ("G1,E-2,Y90001,,,,3,", "names no patient"),
        (f"G1,E-2,Y90001,{NUMBER},A,,3", "7 values"),
        (f'G1,E-2,Y90001,{NUMBER},"A,,3,', "quotation mark"),
        (f"G1,E-2,Y90001,{NUMBER},A\x00,,3,", "control characters"),
        (f"G1,E-2,Y90001,{NUMBER},{'A' * 501},,3,", "500 characters"),
        (f"G1,E-2,Y90001,{NUMBER},{'A' * 17_000},,3,", "longer than"),
    ],
)
def test_a_bad_row_is_rejected_alone_with_its_line(line: str, word: str) -> None:
    found, rejected = read(_csv(GOOD, line, f"G1,E-3,Y90001,{OTHER_NUMBER},B,,3,"))
    assert [each.reference for each in found] == ["E-1", "E-3"]
    assert [each.position for each in rejected] == ["line 3"]
    assert word in rejected[0].reason


def test_no_reason_repeats_what_a_row_says() -> None:
    _, rejected = read(_csv("G1,E-2,Y90001,1234567890,SECRETNAME,1900-13-01,3,"))
    assert "1234567890" not in rejected[0].reason and "SECRETNAME" not in rejected[0].reason


@pytest.mark.parametrize(
    ("head", "word"),
    [
        ("kind,reference", "missing: practice"),
        ("kind,reference,practice,nhsnumber", "Column 4"),
        ("kind,reference,practice,kind", "twice"),
        ("", "empty"),
    ],
)
def test_a_file_whose_columns_are_wrong_is_refused_whole(head: str, word: str) -> None:
    found, rejected = read(f"{head}\nG1,1,Y90001,9\n".encode() if head else b"")
    assert found == []
    assert len(rejected) == 1 and word in rejected[0].reason


def test_bytes_that_are_no_text_reject_their_line_only() -> None:
    found, rejected = read(_csv(GOOD) + b"G1,E-2,Y90001,,M\xfcLLER,,3,\n")
    assert len(found) == 1
    assert (rejected[0].position, "UTF-8" in rejected[0].reason) == ("line 3", True)


def test_a_mark_at_the_start_and_carriage_returns_do_no_harm() -> None:
    found, rejected = read(b"\xef\xbb\xbf" + _csv(GOOD).replace(b"\n", b"\r\n"))
    assert (len(found), rejected) == (1, [])


def test_a_list_of_json_events_is_taken_item_by_item() -> None:
    items = [
        {"kind": "F2", "reference": "E-1", "practice": "Y90001", "nhs_number": int(NUMBER), "reason": "1"},
        {"kind": "F2", "reference": "E-2", "practice": "Y90001", "nhs_number": True, "reason": "1"},
        "nothing",
        {"kind": "F2", "reference": "E-4", "practise": "Y90001"},
    ]
    found, rejected = read(json.dumps({"events": items}).encode())
    assert [each.reference for each in found] == ["E-1"]
    assert [each.position for each in rejected] == ["item 2", "item 3", "item 4"]


def test_a_change_of_practice_from_the_notification_service() -> None:
    event = {
        "id": "236a1d4a",
        "type": "pds-change-of-gp-1",
        "subject": {"nhsNumber": NUMBER, "givenName": "Jack", "familyName": "DAWKINS", "dob": "2017-10-02"},
        "source": {"identifier": {"value": "Y90001"}},
        "time": "2022-04-05T17:31:00Z",
        "data": "https://example.test/Patient/1",
    }
    (found,), rejected = read(json.dumps(event).encode())
    assert rejected == []
    assert (found.kind, found.practice, found.patient.nhs_number) == ("pds-change-of-gp-1", "Y90001", NUMBER)
    assert found.sent_at == datetime(2022, 4, 5, 17, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[1,",
        b"[" * 100_000,
        b'{"kind": NaN}',
        b'["\\ud800"]',
        b"{\xff}",
        b'[{"reference": ' + b"9" * 5000 + b"}]",
    ],
)
def test_broken_json_is_refused_with_a_sentence(content: bytes) -> None:
    found, rejected = read(content)
    assert found == []
    assert len(rejected) == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04...", b"%PDF-1.7", b"<html>", b"\xff\xfeU\x00", b"\x1f\x8b"])
def test_files_of_other_kinds_are_named(content: bytes) -> None:
    found, rejected = read(content)
    assert (found, len(rejected)) == ([], 1)
    assert rejected[0].position == "file"
