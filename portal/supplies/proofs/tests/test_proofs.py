"""Proofs of delivery: a bad file changes nothing and names the line, a good one counts once (J25)."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.foundation.errors import Refused
from portal.supplies.models import Consignment, ProofImport
from portal.supplies.proofs.importing import import_proofs
from portal.supplies.proofs.reading import UNNAMED, BadProofFile, Proof, read_proofs
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.stock_books import assert_books_are_right, order, shelf
from portal.supplies.tests.test_staff_catalogue_pages import staff
from portal.supplies.tests.warehouse import dispatched, staff_actor

HEADING = "reference,state,at,received_by,note"


def answer(reference: str, state: str, *, at: str = "", signed_by: str = "", one: bool = True) -> str:
    """A line as Royal Mail writes it, with parcels of our own invention."""
    summary = {"oneDBarcode": reference, "statusCategory": state, "lastEventDateTime": at, "lastEventName": state}
    piece: dict[str, Any] = {"mailPieceId": f"09{reference}", "carrierShortName": "RM", "summary": summary}
    if signed_by:
        piece["signature"] = {"recipientName": signed_by, "signatureDateTime": at}
    return json.dumps({"mailPieces": piece if one else [piece]})


def read(*lines: str) -> list[Proof]:
    return list(read_proofs(f"{line}\n".encode() for line in lines))


def bring_in(*lines: str, name: str = "monday.json") -> ProofImport:
    content = "\n".join(lines).encode()
    return import_proofs(staff_actor(), name, lambda: io.BytesIO(content))


def now() -> str:
    return timezone.now().isoformat(timespec="seconds")


def sent(number: str) -> Consignment:
    """A consignment with the carrier under a number."""
    consignment = dispatched(order(contractor_actor(), shelf(10).item, 2))
    Consignment.objects.filter(pk=consignment.pk).update(
        carrier_reference=number, dispatched_at=timezone.now() - timedelta(hours=2)
    )
    return consignment


def state_of(consignment: Consignment) -> str:
    consignment.refresh_from_db()
    return consignment.state


# Reading ---------------------------------------------------------------------------------------------


def test_answers_and_csv_say_the_same() -> None:
    at = "2026-10-20T10:04:00+01:00"
    (one,) = read(answer("TV123456789GB", "Delivered", at=at, signed_by="Jo  Field"))
    (many,) = read(answer("TV123456789GB", "DELIVERED", at=at, signed_by="Jo Field", one=False))
    (row,) = read(HEADING, f'TV123456789GB,delivered,{at},"Jo Field",')
    assert one.outcome == many.outcome == row.outcome == "delivered"
    assert one.received_by == many.received_by == row.received_by == "Jo Field"
    assert one.at == many.at == row.at == datetime(2026, 10, 20, 9, 4, tzinfo=UTC)


def test_a_signature_alone_is_a_delivery_and_a_delivery_without_one_has_no_name() -> None:
    signature = {"oneDBarcode": "TV1GB", "recipientName": "Simon", "signatureDateTime": "2026-10-20T10:04:00+01:00"}
    (proof,) = read(json.dumps({"mailPieces": {"mailPieceId": "09", "signature": signature}}))
    assert (proof.reference, proof.outcome, proof.received_by) == ("TV1GB", "delivered", "Simon")
    (unsigned,) = read(answer("TV1GB", "Delivered", at="2026-10-20T10:04:00+01:00"))
    assert unsigned.received_by == UNNAMED


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-29T00:59:00", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),  # before the clocks go forward
        ("2026-03-29T02:01:00", datetime(2026, 3, 29, 1, 1, tzinfo=UTC)),
        ("2026-10-25T00:59:00", datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        ("2026-10-25T02:01:00", datetime(2026, 10, 25, 2, 1, tzinfo=UTC)),
        ("2026-10-25T01:30:00+00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_times_without_an_offset_are_local(text: str, at: datetime) -> None:
    (proof,) = read(HEADING, f"TV1GB,delivered,{text},Jo,")
    assert proof.at == at


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ([HEADING, "A,delivered,2026-10-20T10:00,Jo,", "B,delivered,yesterday,Jo,"], 3, "not a date and time"),
        ([HEADING, "A,delivered,2026-10-20T10:00,Jo"], 2, "4 cells where there should be 5"),
        ([HEADING, 'A,"delivered,2026-10-20T10:00,Jo,'], 2, "not correct CSV"),
        ([HEADING, "A,eaten,2026-10-20T10:00,Jo,"], 2, "Nobody said what the state 'eaten' means"),
        ([HEADING, ",delivered,2026-10-20T10:00,Jo,"], 2, "no reference"),
        (["number,state"], 1, "The heading must be"),
        ([answer("A", "In transit", at="2026-10-20T10:00"), "{"], 2, "not correct JSON"),
        (['{"mailPieces": [1]}'], 1, "no mailPieces"),
        (['{"mailPieces": {"summary": 5}}'], 1, "summary is not"),
        (['{"mailPieces": {"summary": {"oneDBarcode": 5}}}'], 1, "oneDBarcode is not text"),
        (["{" + "[" * 100_000], 1, "not correct JSON"),
        (["{" + " " * 200_000 + "}"], 1, "more than 200,000"),
    ],
)
def test_a_bad_line_is_named(lines: list[str], line: int, words: str) -> None:
    with pytest.raises(BadProofFile, match=words) as refused:
        read(*lines)
    assert refused.value.line == line


@given(st.lists(st.binary(max_size=300), max_size=6))
@settings(max_examples=300, deadline=None)
def test_whatever_the_bytes_a_file_is_read_or_its_line_is_named(lines: list[bytes]) -> None:
    line, outcomes = _outcomes(lines)
    assert 0 <= line <= len(lines)
    assert outcomes <= {"delivered", "failed", "moving"}


def _outcomes(lines: list[bytes]) -> tuple[int, set[str]]:
    """The bad line, or 0, and what the proofs say."""
    try:
        return 0, {proof.outcome for proof in read_proofs(lines)}
    except BadProofFile as refused:
        return refused.line, set()


def test_the_memory_is_the_same_for_a_file_ten_times_as_long() -> None:
    line = answer("TV1GB", "In transit", at="2026-10-20T10:04:00+01:00").encode() + b"\n"

    def peak(lines: int) -> int:
        def endless() -> Iterator[bytes]:
            for _ in range(lines):
                yield line

        tracemalloc.start()
        for _ in read_proofs(endless()):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(20_000) < peak(2_000) + 100_000


# Recording -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_deliveries_are_recorded_by_the_carriers_number_or_ours() -> None:
    one, two, three = sent("tv 111 gb"), sent("TV222GB"), sent("TV333GB")
    run = bring_in(
        answer("TV111GB", "Delivered", at=now(), signed_by="Jo Field"),
        answer(two.reference, "Delivered", at=now(), signed_by="Al"),
        answer("TV333GB", "Attempted delivery", at=now()),
        answer("TV999GB", "Delivered", at=now()),
        answer("TV333GB", "In transit", at=now()),
    )
    assert [state_of(each) for each in (one, two, three)] == ["delivered", "delivered", "failed"]
    assert one.received_by == "Jo Field"
    assert (run.lines, run.delivered, run.failed, run.moving, run.unplaced) == (5, 2, 1, 1, 1)
    assert run.problems == ["Line 4: TV999GB: no parcel of ours has it."]
    assert_books_are_right()


@pytest.mark.django_db
def test_a_bad_last_line_changes_nothing() -> None:
    one = sent("TV111GB")
    with pytest.raises(BadProofFile, match="Line 2"):
        bring_in(answer("TV111GB", "Delivered", at=now()), "not json")
    assert state_of(one) == "dispatched" and not ProofImport.objects.exists()


@pytest.mark.django_db
def test_the_same_file_and_the_same_delivery_count_once() -> None:
    one = sent("TV111GB")
    line = answer("TV111GB", "Delivered", at=now(), signed_by="Jo")
    first = bring_in(line)
    assert bring_in(line, name="copy.json") == first and ProofImport.objects.count() == 1
    later = bring_in(line, answer("TV111GB", "In transit", at=now()))  # another file, the same delivery in it
    assert (later.delivered, later.already) == (0, 1)
    assert state_of(one) == "delivered"


@pytest.mark.django_db
def test_a_file_that_was_stopped_half_way_is_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = sent("TV111GB"), sent("TV222GB")
    lines = [answer(number, "Delivered", at=now(), signed_by="Jo") for number in ("TV111GB", "TV222GB")]
    with monkeypatch.context() as patched:
        patched.setattr("portal.supplies.proofs.importing.AT_ONCE", 1)
        patched.setattr("portal.supplies.proofs.importing.note_proof_import", _stop)
        with pytest.raises(KeyboardInterrupt):
            bring_in(*lines[:1])
    run = bring_in(*lines)
    assert (run.already, run.delivered) == (1, 1)
    assert [state_of(each) for each in (one, two)] == ["delivered", "delivered"]


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_a_time_that_cannot_be_and_a_number_of_two_parcels_are_for_a_person() -> None:
    one = sent("TV111GB")
    sent("TV222GB")
    sent("TV222GB")
    future = (timezone.now() + timedelta(days=2)).isoformat()
    run = bring_in(answer("TV111GB", "Delivered", at=future), answer("TV222GB", "Delivered", at=now()))
    assert run.unplaced == 2 and state_of(one) == "dispatched"
    assert run.problems[0].startswith("Line 1: TV111GB: the delivery cannot be in the future")
    assert run.problems[1] == "Line 2: TV222GB: several parcels have it."


@pytest.mark.django_db
def test_it_needs_the_right_to_record_deliveries() -> None:
    with pytest.raises(Refused):
        import_proofs(staff_actor("auditor"), "x", lambda: io.BytesIO(b""))


@pytest.mark.django_db
def test_the_command_and_the_pages(tmp_path: Path, sign_in: Callable[..., Client]) -> None:
    sent("TV111GB")
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(f"{HEADING}\nTV111GB,delivered,{now()},Jo,\nNOBODY,delivered,{now()},Jo,\n")
    bad.write_text(f"{HEADING}\nTV111GB,delivered,never,Jo,\n")
    out = io.StringIO()
    call_command("import_proofs", good, stdout=out)
    assert "1 delivered" in out.getvalue() and "Line 3: NOBODY" in out.getvalue()
    with pytest.raises(CommandError, match=r"bad\.csv was not used\. Line 2"):
        call_command("import_proofs", bad)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_proofs", tmp_path / "none.csv")
    client = sign_in(staff("warehouse_operator"))
    run = ProofImport.objects.get()
    assert run.reference in client.get("/staff/supplies/proofs/").content.decode()
    assert "NOBODY: no parcel of ours" in client.get(f"/staff/supplies/proofs/{run.reference}/").content.decode()
    assert client.get("/staff/supplies/proofs/PI-NONE-NONE/").status_code == 404


@pytest.mark.django_db
def test_the_list_costs_the_same_however_long_it_is(sign_in: Callable[..., Client]) -> None:
    client = sign_in(staff("warehouse_operator"))

    def cost() -> int:
        with counted_queries() as queries:
            client.get("/staff/supplies/proofs/")
        return len(queries)

    bring_in(answer("A", "In transit", at=now()))
    before = cost()
    for number in range(5):
        bring_in(answer(f"A{number}", "In transit", at=now()))
    assert cost() == before <= 8
