"""Putting bags into a box of the store, and taking them out of it, by scanning (J26).

One stack goes into one box or none of it does, so that what is on the screen is what lies on the table.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.bulk_writing import write_changes
from portal.foundation.errors import Conflict, InvalidInput
from portal.records.events import BAGS_SHELVED, BAGS_UNSHELVED
from portal.records.locking import lock_movements
from portal.records.models import Bag, Box, Label, RecordPart
from portal.records.permissions import SCAN_RECORDS
from portal.records.reference import plain
from portal.records.services.keep_store import lock_box
from portal.records.services.take_scans import Scanned, take
from portal.records.states import FINAL, RECORD_PART, SOUGHT

_BOX_FIELDS = ("box", "state", "state_since")


@dataclass(frozen=True)
class Put:
    """What became of one code: it is in the box when ``is_put``, else set aside; ``said`` is the sentence for it."""

    code: str
    is_put: bool
    said: str


@dataclass
class _Stack:
    """What the codes name: parts, locked, and for each its open bag."""

    parts: dict[str, RecordPart] = field(default_factory=dict)
    open_bags: dict[int, Bag] = field(default_factory=dict)


@service(SCAN_RECORDS)
def shelve_bags(actor: Actor, box_code: str, codes: Sequence[str]) -> list[Put]:
    """Puts the bags into the box and answers each in the order given. A bag on its way to the store arrives by it.

    A bag that belongs elsewhere is not put in, and is shown as what does not fit. Raises InvalidInput
    for an unknown box, and when the box is too full for all of them: then nothing has changed.
    """
    with system_scope():  # a bag may turn up from anywhere
        stack = _lock(codes)
        box_seen = _box(actor, box_code)
        aside = _arrive(actor, box_seen, codes, stack)
        stack = _lock(codes)  # as the scans left it
        box = lock_box(actor, box_code)
        answers = [_answer(code, box, stack, aside) for code in codes]
        put = [stack.parts[answer.code] for answer in answers if answer.is_put]
        newcomers = {part.pk: part for part in put if part.box_id != box.pk}
        _room(box, len(newcomers))
        _write(actor, newcomers.values(), box)
    number, refused = len(newcomers), sum(not answer.is_put for answer in answers)
    record(BAGS_SHELVED, actor=actor, subject=("box", box.code), number=number, box=box.code, aside=refused)
    return answers


@service(SCAN_RECORDS)
def take_out_of_box(actor: Actor, codes: Sequence[str]) -> list[Put]:
    """The bags are in no box any more, and still at the store. Raises Conflict when none of them was in one."""
    with system_scope():
        stack = _lock(codes)
        answers, taken = [], {}
        for code in codes:
            part = stack.parts.get(code)
            if part is None or part.box is None:
                said = "It is in no box, so there is nothing to take out." if part else "No bag has this code."
                answers.append(Put(code, False, said))
                continue
            taken[part.pk] = part
            answers.append(Put(code, True, f"Taken out of {part.box.where}. It is not on a shelf now."))
        if not taken:
            raise Conflict("None of these bags is in a box. Check the codes.")
        _write(actor, taken.values(), None)
    record(BAGS_UNSHELVED, actor=actor, subject=("store", actor.name), number=len(taken))
    return answers


def parts_with_codes(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the parts that the codes name: by any label a bag of theirs ever had, or by the record's reference.

    A reference such as PR-7F3K-9QCM names the part when the record has one; PR-7F3K-9QCM/2 names the second.
    """
    codes = list(codes)
    plains = {code: plain(code.partition("/")[0]) for code in codes}
    labels = dict(Label.objects.filter(code__in=set(plains.values())).values_list("code", "bag__part_id"))
    parts: dict[str, list[tuple[int, int]]] = {}
    named = RecordPart.objects.filter(record__reference__in=set(plains.values())).exclude(state="destroyed")
    for reference, number, pk in named.values_list("record__reference", "number", "id"):
        parts.setdefault(reference, []).append((number, pk))
    found = {}
    for code in codes:
        if plains[code] in labels:
            found[code] = labels[plains[code]]
        elif its := parts.get(plains[code]):
            wanted = code.partition("/")[2].strip()
            chosen = [pk for number, pk in its if wanted in ("", str(number))]
            if len(chosen) == 1:
                found[code] = chosen[0]
    return found


def _lock(codes: Sequence[str]) -> _Stack:
    """Movements first, then bags and parts, each in the order of their ids: as every service of records does."""
    ids = parts_with_codes(codes)
    wanted = set(ids.values())
    # Those that the scans lock besides are those of the labels' own movements, which may have ended: all together.
    plains = {plain(code) for code in codes}
    movements = set(Bag.objects.filter(part__in=wanted).exclude(state__in=FINAL).values_list("movement_id", flat=True))
    movements |= set(Label.objects.filter(code__in=plains).values_list("bag__movement_id", flat=True))
    lock_movements(movements)
    open_or_named = Bag.objects.select_for_update(of=("self",)).filter(movement__in=movements).order_by("id")
    bags = list(open_or_named.select_related("movement__destination", "movement__origin"))
    held = wanted | {bag.part_id for bag in bags}
    locked = RecordPart.objects.select_for_update(of=("self",)).filter(id__in=held).order_by("id")
    parts = {part.pk: part for part in locked.select_related("holder", "box__shelf__building")}
    stack = _Stack(parts={code: parts[pk] for code, pk in ids.items() if pk in parts})
    stack.open_bags = {bag.part_id: bag for bag in bags if bag.state not in FINAL}
    return stack


def _box(actor: Actor, code: str) -> Box:
    """The box before its lock: the lock comes after those of the parts. Raises InvalidInput."""
    found = Box.objects.visible_to(actor).select_related("store").filter(code=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise InvalidInput({"box": "No box has this code. Scan it again, or add the box first."})
    return found  # type: ignore[no-any-return]


def _arrive(actor: Actor, box: Box, codes: Sequence[str], stack: _Stack) -> dict[str, str]:
    """Scans in what is not at the store yet, and says of each code that is to be set aside, why."""
    now, name = timezone.now(), secrets.token_hex(8)
    aside: dict[str, str] = {}
    scans: list[tuple[str, Scanned]] = []
    for number, code in enumerate(codes):
        part = stack.parts.get(code)
        is_label = plain(code).startswith("RL-")
        bag = stack.open_bags.get(part.pk) if part is not None else None
        if part is None and not is_label:
            aside[code] = "No bag has this code. Scan the label on the bag."
        elif part is not None and part.holder_id == box.store_id and bag is None:
            continue  # it is at the store: nothing has to arrive
        elif part is not None and bag is not None and bag.movement.origin_id == box.store_id == part.holder_id:
            to = bag.movement.destination
            aside[code] = f"It is wanted at {to.code}, {to.name}. Do not put it away."
        elif not is_label:
            aside[code] = "It has not arrived here yet. Scan the label on the bag."
        else:
            scan = Scanned(key=f"box-{name}-{number}", kind="shelved", code=code, place=box.store, at=now)
            scans.append((code, scan))
    if scans:
        answers = take(actor, [scan for _, scan in scans])
        for (code, _), answer in zip(scans, answers, strict=True):
            if answer.wrong:
                aside[code] = ". ".join(answer.wrong)
    return aside


def _answer(code: str, box: Box, stack: _Stack, aside: dict[str, str]) -> Put:
    part = stack.parts.get(code)
    if part is None or part.holder_id != box.store_id or code in aside:
        return Put(code, False, aside.get(code) or "It is not at the store. Look at what does not fit.")
    bag = stack.open_bags.get(part.pk)
    if bag is not None:
        to = bag.movement.destination
        return Put(code, False, f"It belongs to {to.code}, {to.name}. Do not put it away.")
    if part.box_id == box.pk:
        return Put(code, True, "It was in this box already.")
    return Put(code, True, f"In this box now. It was in {part.box.where}." if part.box else "In this box now.")


def _room(box: Box, newcomers: int) -> None:
    free = box.capacity - RecordPart.objects.filter(box=box).count()
    if newcomers > free:
        left = f"has room for {free} more" if free else "is full"
        said = f"Box {box.code} {left}, and these are {newcomers}. Nothing was put away: take another box for the rest."
        raise InvalidInput({"codes": said})


def _write(actor: Actor, parts: Iterable[RecordPart], box: Box | None) -> None:
    now, changed = timezone.now(), list(parts)
    for part in changed:
        part.box = box
        if box is not None and part.state in SOUGHT:  # nobody looks for what lies here
            RECORD_PART.check(actor, part.state, "kept")
            part.state, part.state_since = "kept", now
    write_changes(RecordPart, changed, _BOX_FIELDS)
