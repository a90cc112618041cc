"""Scanning bags in at the hub, and into the cage of where they go (J26)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.records.hub.events import CAGE_EMPTIED, CAGE_FILLED, CAGE_OPENED
from portal.records.hub.models import Cage, CageBag
from portal.records.locking import lock_movements
from portal.records.models import Bag, Holder, Label
from portal.records.permissions import SCAN_RECORDS
from portal.records.places import is_place, own_place, place_with_code
from portal.records.reference import plain
from portal.records.services.take_scans import Scanned, take
from portal.records.states import FINAL

_OF_FORMS = "Bag of temporary residents' forms: it is opened here"
MOST_BAGS = 300  # in one cage; what is handed over in one call


@dataclass(frozen=True)
class Sorted:
    """What became of one code. ``destination`` is where the bag goes, None when nobody knows; ``cage`` is open for it.

    ``is_right`` is False for what is to be put aside; ``said`` says why, or what to do.
    """

    code: str
    is_right: bool
    destination: Holder | None
    cage: str
    said: str


@service(SCAN_RECORDS)
def sort_bags(actor: Actor, codes: Sequence[str]) -> list[Sorted]:
    """The bags have arrived at the hub; says of each where it goes, in the order given. Raises InvalidInput."""
    with system_scope():  # a bag may come from anywhere, for anybody
        wrong, labels = _arrive(actor, own_place("hub"), codes)
        cages = {each.destination_id: each.reference for each in Cage.objects.filter(state="open")}
    rows = []
    for code in codes:
        label = labels.get(plain(code))
        to = label.bag.movement.destination if label is not None else None
        said = wrong.get(code, "") or ("" if to else _OF_FORMS)
        rows.append(Sorted(code, code not in wrong, to, cages.get(to.pk, "") if to else "", said))
    return rows


@service(SCAN_RECORDS)
def open_cage(actor: Actor, destination_code: str) -> Cage:
    """A cage for one place, at the hub. Raises InvalidInput for an unknown place; Conflict when one is open for it."""
    if not is_place(destination_code):
        raise InvalidInput({"destination": "No place with this code is known. Check the code."})
    hub, destination = own_place("hub"), place_with_code(destination_code)
    if hub == destination:
        raise InvalidInput({"destination": "This is the hub itself."})
    cage, is_new = Cage.objects.get_or_create(
        hub=hub, destination=destination, state="open", defaults={"opened_by_name": actor.name}
    )
    if not is_new:
        raise Conflict(f"Cage {cage.reference} is open for {destination.code}. Fill that one first.")
    record(CAGE_OPENED, actor=actor, subject=cage, destination=destination.code)
    return cage


@service(SCAN_RECORDS)
def fill_cage(actor: Actor, reference: str, codes: Sequence[str]) -> list[Sorted]:
    """Puts the bags into the cage, and answers each in the order given; one for another place is not put in.

    A bag that was not scanned in arrives by it. Raises NotFound; InvalidInput when they are too many; Conflict when
    the cage is not open.
    """
    with system_scope():
        seen = _cage(actor, reference)
        wrong, labels = _arrive(actor, seen.hub, codes)
        lock_movements({label.bag.movement_id for label in labels.values()})  # two with the same bag meet here
        cage = lock_cage(actor, reference)
        if cage.state != "open":
            raise Conflict(f"Cage {reference} is not open: {cage.state_label.lower()}. Open another one.")
        elsewhere = CageBag.objects.filter(bag__in=[label.bag_id for label in labels.values()], ended_at=None)
        lies_in = {each.bag_id: each.cage for each in elsewhere.select_related("cage__destination")}
        answers, entries = [], []
        for code in codes:
            label = labels.get(plain(code))
            answer = _judge(code, label, cage, wrong, lies_in)
            answers.append(answer)
            if answer.is_right and label is not None and label.bag_id not in lies_in:
                entries.append(CageBag(cage=cage, bag=label.bag, code=label.code))
                lies_in[label.bag_id] = cage
        if CageBag.objects.filter(cage=cage, ended_at=None).count() + len(entries) > MOST_BAGS:
            raise InvalidInput({"codes": f"A cage takes at most {MOST_BAGS} bags. Close it, and open another."})
        CageBag.objects.bulk_create(entries)
    aside = sum(not each.is_right for each in answers)
    record(CAGE_FILLED, actor=actor, subject=cage, number=len(entries), aside=aside)
    return answers


@service(SCAN_RECORDS)
def take_from_cage(actor: Actor, reference: str, code: str) -> CageBag:
    """The bag is out of the cage again, and still at the hub. Raises NotFound, Conflict once the cage has left."""
    with system_scope():
        cage = lock_cage(actor, reference)
        if cage.state == "left":
            raise Conflict("This cage has left. Ask the courier to bring the bag back.")
        found = CageBag.objects.filter(cage=cage, code=plain(code), ended_at=None)
        entry: CageBag | None = found.first()
        if entry is None:
            raise NotFound("This bag is not in the cage.")
        entry.ended_at = timezone.now()
        entry.save(update_fields=["ended_at"])
    record(CAGE_EMPTIED, actor=actor, subject=cage, label=entry.code)
    return entry


def lock_cage(actor: Actor, reference: str) -> Cage:
    """The cage, locked until the end of the transaction. Raises NotFound."""
    found = Cage.objects.visible_to(actor).select_for_update(of=("self",))  # type: ignore[attr-defined]
    cage: Cage | None = found.select_related("hub", "destination").filter(reference=plain(reference)).first()
    if cage is None:
        raise NotFound("No cage has this code.")
    return cage


def _cage(actor: Actor, reference: str) -> Cage:
    found = Cage.objects.visible_to(actor).select_related("hub")  # type: ignore[attr-defined]
    cage: Cage | None = found.filter(reference=plain(reference)).first()
    if cage is None:
        raise NotFound("No cage has this code.")
    return cage


def _arrive(actor: Actor, hub: Holder, codes: Sequence[str]) -> tuple[dict[str, str], dict[str, Label]]:
    """Scans everything in, and says of each code that is to be put aside, why; with the labels by their codes."""
    now, name = timezone.now(), secrets.token_hex(8)
    scans = [
        Scanned(key=f"sort-{name}-{number}", kind="hub_in", code=code, place=hub, at=now)
        for number, code in enumerate(codes)
    ]
    wrong = {}
    for code, answer in zip(codes, take(actor, scans), strict=True):
        if answer.wrong:
            wrong[code] = ". ".join(answer.wrong)
    found = Label.objects.filter(code__in={plain(code) for code in codes}, voided_at=None)
    labels = {each.code: each for each in found.select_related("bag__movement__destination", "bag__part")}
    return wrong, labels


def _judge(code: str, label: Label | None, cage: Cage, wrong: dict[str, str], lies_in: dict[int, Cage]) -> Sorted:
    to = label.bag.movement.destination if label is not None else None
    if label is None or code in wrong:
        return Sorted(code, False, to, "", wrong.get(code, "The portal does not know this label."))
    bag: Bag = label.bag
    if to != cage.destination:
        name = f"{to.code}, {to.name}" if to is not None else ""
        return Sorted(code, False, to, "", f"It does not belong in here. It goes to {name}.")
    if bag.state in FINAL or bag.part.holder_id != cage.hub_id:
        return Sorted(code, False, to, "", f"It cannot leave from here: {bag.state_label.lower()}.")
    other = lies_in.get(bag.pk)
    if other is not None and other.pk != cage.pk:
        return Sorted(code, False, to, other.reference, f"It is in cage {other.reference} already. Take it out there.")
    return Sorted(code, True, to, cage.reference, "It was in here already." if other is not None else "In the cage.")
