"""NHAIS EDIFACT: what is read from a message, and that a fault takes no more with it than it must."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.records.registrations.segments import LONGEST_SEGMENT
from portal.records.registrations.tests.samples import (
    NUMBER,
    OTHER_NUMBER,
    acceptance,
    answer,
    deduction,
    interchange,
    message,
    read,
    receipt,
)


def test_an_acceptance_is_read_with_its_patient() -> None:
    (found,), rejected = read(interchange(message("G1", acceptance())))
    assert rejected == []
    assert (found.kind, found.reference, found.sender, found.recipient) == ("G1", "17", "TES5", "XX11")
    assert (found.practice, found.doctor, found.authority) == ("Y90001", "4826940", "XX1")
    assert (found.acceptance_type, found.effective_on) == ("3", date(2026, 1, 15))
    assert found.sent_at == datetime(2026, 1, 15, 14, 35, tzinfo=UTC)
    assert found.previous_practice == "DR BLACK"
    assert (found.patient.nhs_number, found.patient.family_name, found.patient.names) == (NUMBER, "ASQUITH", "ROGER")
    assert found.patient.born_on == date(1946, 7, 23)
    assert found.patient.address == ("'T HUIS", "1 LANE+", "TOWN")
    assert found.patient.postcode == "BR12 7ET"


def test_summer_time_is_taken_off() -> None:
    (found,), _ = read(interchange(message("G1", acceptance(), sent="202607151435")))
    assert found.sent_at == datetime(2026, 7, 15, 13, 35, tzinfo=UTC)


def test_several_messages_and_transactions_keep_their_order() -> None:
    content = interchange(
        message("F2", deduction(), deduction(number=OTHER_NUMBER, transaction="41", reason="2", authority="COV")),
        message("F4", answer(number=NUMBER), answer(transaction="18"), reference="00000002"),
        receipt("00000007", "00000008"),
    )
    found, rejected = read(content)
    assert rejected == []
    assert [(each.kind, each.reference) for each in found] == [
        ("F2", "40"),
        ("F2", "41"),
        ("F4", "17"),
        ("F4", "18"),
        ("RECEP", "00000007"),
        ("RECEP", "00000008"),
    ]
    assert (found[1].reason, found[1].new_authority) == ("2", "COV")
    assert found[4].receipt == "MIS CP"


def test_a_bad_transaction_leaves_the_others_of_its_message() -> None:
    content = interchange(
        message("F2", deduction(number="1234567890"), deduction(number=OTHER_NUMBER, transaction="41"))
    )
    found, rejected = read(content)
    assert [each.reference for each in found] == ["41"]
    assert [each.position for each in rejected] == ["segment 7 (message 1, transaction 1)"]
    assert "check digit" in rejected[0].reason


def test_an_unreadable_segment_takes_its_transaction_only() -> None:
    content = interchange(message("F2", deduction(), deduction(number=OTHER_NUMBER, transaction="41")))
    broken = content.replace(b"GIS+1:ZZZ'", b"GI\x00S+1:ZZZ'", 1)
    found, rejected = read(broken)
    assert [each.reference for each in found] == ["41"]
    assert "control characters" in rejected[0].reason


def test_a_lost_boundary_between_transactions_takes_neither() -> None:
    """Without its S01 the second runs into the first: the wrong patient would get the first one's deduction."""
    content = interchange(message("F2", deduction(), deduction(number=OTHER_NUMBER, transaction="41")))
    first, second = content.index(b"S01"), content.rindex(b"S01")
    assert first != second
    found, rejected = read(content[:second] + b"XXX" + content[second + 3 :])
    assert found == []
    assert "two values: transaction number" in rejected[0].reason


def test_a_message_whose_trailer_counts_otherwise_is_not_taken() -> None:
    """The patient's segment was lost on the way."""
    content = interchange(message("F4", answer(number=NUMBER)), message("F2", deduction(), reference="00000002"))
    found, rejected = read(content.replace(f"PNA+PAT+{NUMBER}:OPI'\n".encode(), b"", 1))
    assert [each.kind for each in found] == ["F2"]
    assert [each.position for each in rejected] == ["segment 2 (message 1)"]
    assert "incomplete" in rejected[0].reason


@pytest.mark.parametrize("cut", [b"UNT", b"UNZ", b"PNA"])
def test_a_file_that_is_cut_off_says_so(cut: bytes) -> None:
    content = interchange(message("F4", answer(number=NUMBER)), message("F2", deduction(), reference="00000002"))
    found, rejected = read(content[: content.rindex(cut)])
    assert [each.kind for each in found] == (["F4", "F2"] if cut == b"UNZ" else ["F4"])
    assert any("cut off" in each.reason for each in rejected)


def test_a_trailer_that_counts_other_messages_is_told() -> None:
    content = interchange(message("F4", answer())).replace(b"UNZ+1", b"UNZ+2")
    found, rejected = read(content)
    assert len(found) == 1
    assert "Ask for a new copy" in rejected[0].reason


def test_nothing_is_taken_without_an_interchange_header() -> None:
    content = interchange(message("F4", answer()))
    found, rejected = read(content[content.index(b"UNH") :])
    assert found == []
    assert len(rejected) == 1


def test_two_interchanges_in_one_file_are_both_read() -> None:
    content = interchange(message("F4", answer())) + interchange(message("F2", deduction()), reference="00000004")
    found, rejected = read(content)
    assert [each.kind for each in found] == ["F4", "F2"]
    assert rejected == []


def test_other_separators_may_be_named() -> None:
    content = interchange(message("F4", answer(number="N/10/10"))).replace(b"\n", b"")
    changed = b"UNA|*.?~!" + content.translate(bytes.maketrans(b":+'", b"|*!"))
    found, rejected = read(changed)
    assert (found[0].patient.old_number, rejected) == ("N/10/10", [])


@pytest.mark.parametrize("advice", [b"UNA::.? '", b"UNA:+.? A", b"UNA:+", b"UNA:+.? \x00"])
def test_separators_that_cannot_be_are_refused(advice: bytes) -> None:
    found, rejected = read(advice + interchange(message("F4", answer())))
    assert found == []
    assert rejected


def test_a_released_apostrophe_before_una_begins_nothing_new() -> None:
    content = interchange(message("F3", answer() + "FTX+RGI+++?'UNA:+.? X'"))
    found, rejected = read(content)
    assert [each.kind for each in found] == ["F3"]
    assert rejected == []


def test_a_segment_without_end_is_not_kept_in_memory_and_the_next_file_part_is_read() -> None:
    long = "FTX+RGI+++" + "A" * (LONGEST_SEGMENT * 3) + "'"
    content = interchange(message("F3", answer() + long), message("F2", deduction(), reference="00000002"))
    found, rejected = read(content)
    assert [each.kind for each in found] == ["F2"]
    assert "longer than" in rejected[0].reason


def test_the_transaction_number_has_its_bounds() -> None:
    numbers = ["0", "9999999", "10000000", "1e3", "-1", ""]
    transactions = [answer(transaction=each) for each in numbers]
    found, rejected = read(interchange(message("F4", *transactions)))
    assert [each.reference for each in found] == ["9999999"]
    assert len(rejected) == 5


def test_a_placeholder_number_names_nobody() -> None:
    (found,), _ = read(interchange(message("F2", deduction(number="9999999999"))))
    assert not found.patient.is_numbered


def test_the_close_of_a_quarter_has_no_transaction() -> None:
    (found,), rejected = read(interchange(message("F8", "DTM+206:20261231:102'")))
    assert (found.kind, found.reference, found.effective_on) == ("F8", "00000001", date(2026, 12, 31))
    assert rejected == []
