"""Counting: each envelope is compared with what the portal says is there, many in one call (J18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.organisations.models import Organisation
from portal.records.chain import HandOver, hand_over
from portal.records.closures.counting import at_rest, held, listed, unseen
from portal.records.closures.events import COUNTING_ENDED, INVENTORY_OPENED, RECORDS_COUNTED, UNEXPECTED_FOUND
from portal.records.closures.finding import parts_named
from portal.records.closures.models import Counted, Inventory
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.plans import closure_of
from portal.records.closures.services.expect_listed import expect_listed
from portal.records.closures.states import INVENTORY
from portal.records.finding import Identifiers, find_patient
from portal.records.locking import lock_bag
from portal.records.models import Bag, Discrepancy, Movement, PaperRecord, RecordPart
from portal.records.places import holder_of
from portal.records.searches.services.answer_search import found_at
from portal.records.services.enter_record import EnterRecord, enter
from portal.records.states import FINAL, RECORD_PART, SOUGHT

MOST_AT_ONCE = 200
_LISTED_AT_ONCE = 1_000  # patients of the list that a person waits for


@dataclass(frozen=True)
class Line:
    """What became of one typed or scanned line. ``is_new``: ticked off now; ``is_there``: now or before."""

    typed: str
    is_there: bool
    is_new: bool
    said: str


@service(COUNT_RECORDS)
def open_inventory(actor: Actor, site_code: str) -> Inventory:
    """Begins the count of a site that closes. Raises NotFound; Conflict when it does not close, or was begun."""
    site = _site(actor, site_code)
    plan = closure_of(site)
    if plan is None:
        raise Conflict("There is no approved closure of this site, so there is nothing to count.")
    with system_scope():  # what the site has may also be seen by others
        opened, is_new = Inventory.objects.get_or_create(
            organisation=site,
            case_reference=plan.case_reference,
            defaults={
                "successor": plan.successor,
                "closes_on": plan.closes_on,
                "expected": held(site.pk).count() + listed(site.pk).count(),
                "opened_by_name": actor.name,
            },
        )
        if not is_new:
            raise Conflict(f"{opened.opened_by_name} has begun this count already. Go on with it.")
        expect_listed(actor, opened, most=_LISTED_AT_ONCE)  # the worker goes on with the rest
        record(
            INVENTORY_OPENED,
            actor=actor,
            subject=opened,
            organisation_id=site.pk,
            site=site.code,
            expected=opened.expected,
        )
    return opened


@service(COUNT_RECORDS)
def count_records(actor: Actor, site_code: str, lines: Sequence[str]) -> list[Line]:
    """Ticks off what the lines name: a number on an envelope, a label, or a record's reference. Answers each in order.

    A record in several envelopes is ticked off one envelope at a time. Raises NotFound, InvalidInput, Conflict.
    """
    if not 0 < len(lines) <= MOST_AT_ONCE:
        raise InvalidInput({"lines": f"Send between 1 and {MOST_AT_ONCE} numbers at once."})
    with system_scope():
        inventory = lock_inventory(actor, site_code)
        named = parts_named(inventory.organisation_id, lines)
        wanted = {part.pk for parts in named.values() for part in parts}
        before = set(Counted.objects.filter(inventory=inventory, part__in=wanted).values_list("part_id", flat=True))
        ticked: list[RecordPart] = []
        answers = [_line(typed, named.get(typed, []), before, ticked) for typed in lines]
        if not ticked:
            nothing_changed()
            return answers
        _tick(actor, inventory, ticked)
        record(
            RECORDS_COUNTED,
            actor=actor,
            subject=inventory,
            organisation_id=inventory.organisation_id,
            number=len(lines),
            ticked=len(ticked),
        )
    return answers


@service(COUNT_RECORDS)
def enter_found(actor: Actor, site_code: str, envelope: Identifiers) -> Counted:
    """An envelope that the portal did not expect there: custody follows what is in the hand.

    Raises NotFound; InvalidInput when no patient has these details; Conflict when it is counted already.
    """
    with system_scope():  # it is thought to be with somebody else
        inventory = lock_inventory(actor, site_code)
        patient = find_patient(envelope)
        if patient is None:
            raise InvalidInput({None: "We know no patient with these details. Check both, or put it aside for us."})
        holder = holder_of(inventory.organisation)
        found = PaperRecord.objects.filter(patient=patient).first()
        how = f"It was found at {inventory.organisation.name} when it was counted"
        is_known = found is not None
        if found is None:
            found = enter(actor, EnterRecord(patient=patient, holder=holder, how=how))
        part = _lock_uncounted(inventory, found)
        was_expected = is_known and part.holder_id == holder.pk
        if part.holder_id != holder.pk:
            hand_over(actor, HandOver(part=part, to=holder, at=timezone.now(), proof="confirmed", note=how))
            _say_wrong_place(inventory, part)
        [entry] = _tick(actor, inventory, [part], was_expected=was_expected)
        record(UNEXPECTED_FOUND, actor=actor, subject=inventory, organisation_id=inventory.organisation_id)
    return entry


def _lock_uncounted(inventory: Inventory, of: PaperRecord) -> RecordPart:
    """The first envelope of a record that nobody has counted yet. Movements are locked before parts, as everywhere."""
    open_bags = Bag.objects.filter(part__record=of).exclude(state__in=FINAL)
    list(Movement.objects.select_for_update().filter(bags__in=open_bags).order_by("id").values_list("id"))
    parts = RecordPart.objects.select_for_update(of=("self",)).filter(record=of).exclude(state="destroyed")
    seen = Counted.objects.filter(inventory=inventory).values("part_id")
    part: RecordPart | None = parts.select_related("holder").exclude(pk__in=seen).order_by("number").first()
    if part is None:
        raise Conflict("Every envelope of this record is counted already.")
    return part


def _say_wrong_place(inventory: Inventory, part: RecordPart) -> None:
    """Of an envelope that is on its way elsewhere; one that is sought is found instead."""
    site = inventory.organisation
    for bag in Bag.objects.filter(part=part).exclude(state__in=(*FINAL, *SOUGHT)):
        Discrepancy.objects.get_or_create(
            bag=bag,
            kind="wrong_place",
            settled_at=None,
            defaults={"shown_to": site, "detail": f"Found at {site.name}"},
        )


@service(COUNT_RECORDS)
def end_counting(actor: Actor, site_code: str, *, unseen_agreed: int) -> Inventory:
    """The count is over: what was seen leaves, and what was not is looked for; the worker does both bit by bit.

    ``unseen_agreed`` is how many were not seen when the person agreed. Raises NotFound; Conflict when that is no
    longer so, or when the count had ended.
    """
    with system_scope():
        inventory = lock_inventory(actor, site_code)
        if listed(inventory.organisation_id).exists():
            raise Conflict("The portal still adds patients of the list to the count. Try again in some minutes.")
        left = unseen(inventory).count()
        if left != unseen_agreed:
            raise Conflict(f"Somebody went on counting: {left} are not found now. Look again before you end it.")
        INVENTORY.check(actor, inventory.state, "moving")
        inventory.state, inventory.state_since = "moving", timezone.now()
        inventory.counted_by_name = actor.name
        inventory.save(update_fields=["state", "state_since", "counted_by_name"])
        record(
            COUNTING_ENDED,
            actor=actor,
            subject=inventory,
            organisation_id=inventory.organisation_id,
            seen=Counted.objects.filter(inventory=inventory).count(),
            unseen=left,
        )
    return inventory


def lock_inventory(actor: Actor, site_code: str) -> Inventory:
    """The count of the site that is not done, locked: two people count one after the other. Raises NotFound."""
    found = Inventory.objects.visible_to(actor).under_way()  # type: ignore[attr-defined]
    locked = found.select_for_update(of=("self",)).select_related("organisation", "successor")
    inventory: Inventory | None = locked.filter(organisation__code=site_code).first()
    if inventory is None:
        raise NotFound("No count of this site's records is under way.")
    return inventory


def _site(actor: Actor, code: str) -> Organisation:
    found = Organisation.objects.filter(code=code, contractor_type="gp").first()
    if found is None or (actor.audience == "contractor" and actor.organisation_id != found.pk):
        raise NotFound
    return found


def _line(typed: str, parts: list[RecordPart], before: set[int], ticked: list[RecordPart]) -> Line:
    if not parts:
        said = "Not expected here. Put it aside, and enter it as found."
        return Line(typed, False, False, said)
    left = [part for part in parts if part.pk not in before]
    if not left:
        return Line(typed, True, False, "Ticked off before.")
    before.add(left[0].pk)
    ticked.append(left[0])
    more = f" There are {len(left) - 1} more envelopes of this record." if len(left) > 1 else ""
    return Line(typed, True, True, f"Ticked off.{more}")


def _tick(actor: Actor, inventory: Inventory, parts: list[RecordPart], *, was_expected: bool = True) -> list[Counted]:
    """Writes down that they were seen; one that was looked for is found."""
    lost = [part.pk for part in parts if part.state in SOUGHT]
    if lost:
        _found(actor, inventory, lost)
    return Counted.objects.bulk_create(
        Counted(inventory=inventory, part=part, was_expected=was_expected, seen_by_name=actor.name) for part in parts
    )


def _found(actor: Actor, inventory: Inventory, lost: list[int]) -> None:
    """Nobody need look any more. On a movement it goes on as from any place that finds it; movements before parts."""
    sought = Bag.objects.filter(part__in=lost, state__in=SOUGHT).order_by("movement_id", "number")
    for reference, number in list(sought.values_list("movement__reference", "number")):
        movement, bag = lock_bag(system_actor("The count", COUNT_RECORDS), reference, number)
        if bag is None or bag.state not in SOUGHT:
            raise Conflict("Somebody has just found one of these elsewhere. Send the numbers again.")
        found_at(actor, movement, bag, holder_of(inventory.organisation))
    rest = RecordPart.objects.select_for_update(of=("self",)).filter(pk__in=lost, state__in=SOUGHT)
    for part in at_rest(rest).order_by("id"):
        RECORD_PART.check(actor, part.state, "kept")
        part.state, part.state_since = "kept", timezone.now()
        part.save(update_fields=["state", "state_since"])
