"""Bringing a carrier's file in: first it is read to its end, and only a good file changes anything (J25, R3, R7).

Each parcel is a transaction of its own, so a file of a hundred thousand lines holds no lock for long. When the
portal is stopped half way, the same file is given again: what was recorded is then counted as known already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO

from django.db import transaction
from django.db.models import Q, TextField, Value
from django.db.models.functions import Replace, Upper

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.models import Box, Consignment, ProofImport
from portal.supplies.permissions import RECORD_DELIVERY
from portal.supplies.proofs.reading import LONGEST_LINE, Proof, read_proofs
from portal.supplies.services.note_proof_import import ImportCounts, note_proof_import
from portal.supplies.services.record_box_delivery import record_box_delivery
from portal.supplies.services.record_delivery import RecordDelivery, record_delivery, record_failed_delivery

AT_ONCE = 500
_MOST_PROBLEMS = 100
_HAS_IT = ("dispatched", "failed")
Parcel = tuple[str, int]  # a consignment's reference, and the number of the box (0: all of it)


def import_proofs(actor: Actor, name: str, open_file: Callable[[], IO[bytes]]) -> ProofImport:
    """Reads the file twice: once to check all of it, once to record. Returns what it came to.

    A file that was read to its end before is not read again; its first result is returned. Raises
    BadProofFile, naming the line, before anything is changed. Raises Refused without the right.
    """
    actor.require(RECORD_DELIVERY)
    with open_file() as file:
        sha256 = _digest(file)
    earlier = ProofImport.objects.filter(sha256=sha256).first()
    if earlier is not None:
        return earlier
    with open_file() as file:
        for _ in read_proofs(_lines(file)):
            pass
    counts = ImportCounts()
    with open_file() as file:
        for some in _some_at_once(read_proofs(_lines(file))):
            _record(actor, some, counts)
    return note_proof_import(actor, name, sha256, counts)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := file.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines, none longer than one byte too many: a file without an end of line does not fill the memory."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line


def _some_at_once(proofs: Iterable[Proof]) -> Iterator[list[Proof]]:
    rest = iter(proofs)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _record(actor: Actor, proofs: list[Proof], counts: ImportCounts) -> None:
    consignments = _consignments(actor, {_plain(proof.reference) for proof in proofs})
    for proof in proofs:
        counts.lines += 1
        if proof.outcome == "moving":
            counts.moving += 1
            continue
        found = consignments.get(_plain(proof.reference), [])
        if len(found) != 1:
            _unplaced(counts, proof, "no parcel of ours has it" if not found else "several parcels have it")
            continue
        _record_one(actor, found[0], proof, counts)


def _record_one(actor: Actor, parcel: Parcel, proof: Proof, counts: ImportCounts) -> None:
    reference, box = parcel
    state = Consignment.objects.values_list("state", flat=True).get(reference=reference)
    if state not in _HAS_IT or (proof.outcome == "failed" and state == "failed"):
        counts.already += 1
        return
    try:
        with transaction.atomic():
            if proof.outcome == "failed":
                reason = proof.note or "The carrier gave no reason"
                record_failed_delivery(actor, reference, f"Box {box}: {reason}" if box else reason)
            else:
                who, when = proof.received_by, proof.at
                # The carrier's file names who signed; without a name it is refused.
                command = RecordDelivery(consignment=reference, received_by=who, delivered_at=when, signed=bool(who))
                if box:
                    record_box_delivery(actor, command, box)
                else:
                    record_delivery(actor, command)
        setattr(counts, proof.outcome, getattr(counts, proof.outcome) + 1)
    except Conflict:  # somebody recorded it at this moment
        counts.already += 1
    except InvalidInput as error:
        _unplaced(counts, proof, error.sentence.rstrip(".").lower())


def _unplaced(counts: ImportCounts, proof: Proof, reason: str) -> None:
    counts.unplaced += 1
    if len(counts.problems) < _MOST_PROBLEMS:
        counts.problems.append(f"Line {proof.line}: {proof.reference[:60]}: {reason}.")


def _consignments(actor: Actor, references: set[str]) -> dict[str, list[Parcel]]:
    """Reference as carriers write it -> our consignments that left: by the carrier's number or by our own.

    A carrier that gives each piece a number reports each by itself: then it is a box of a consignment.
    """
    visible = Consignment.objects.visible_to(actor).exclude(dispatched_at=None)  # type: ignore[attr-defined]
    rows = (
        visible.alias(plain=_plain_column("carrier_reference"))
        .filter(Q(plain__in=references) | Q(reference__in=references))
        .values_list("reference", "carrier_reference")
        .distinct()
    )
    found: dict[str, list[Parcel]] = {}
    for reference, carrier_reference in rows:
        for name in {_plain(carrier_reference), reference} & references:
            found.setdefault(name, []).append((reference, 0))
    boxes = (
        Box.objects.filter(consignment__in=visible)
        .alias(plain=_plain_column("carrier_piece"))
        .filter(Q(plain__in=references) | Q(code__in=references))
        .values_list("consignment__reference", "consignment__packages", "number", "code", "carrier_piece")
        .distinct()
    )
    for reference, packages, number, code, piece in boxes:
        parcel = (reference, number if packages > 1 else 0)
        for name in {_plain(piece), code} & references:
            if parcel not in found.setdefault(name, []):
                found[name].append(parcel)
    return found


def _plain_column(name: str) -> Upper:
    return Upper(Replace(name, Value(" "), Value("")), output_field=TextField())


def _plain(reference: str) -> str:
    """As it is compared: carriers print blanks and small letters as they like."""
    return reference.replace(" ", "").upper()
