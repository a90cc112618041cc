"""Pads with a prescriber's name on: whose they are when they are ordered, picked and sent (J24, R4)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.foundation.web.filters import day
from portal.serials.events import PADS_CHOSEN
from portal.serials.models import PadChoice, PadOrder, Prescriber
from portal.serials.prescribers import pad_rules, pads_in_basket
from portal.supplies.models import CatalogueItem, Order, OrderLine
from portal.supplies.permissions import ORDER_SECURE_ITEMS


@service(ORDER_SECURE_ITEMS)
def choose_prescribers(actor: Actor, chosen: dict[str, str]) -> int:
    """Keeps for whom the pads in the actor's basket are: item code -> prescriber's reference. Returns how many.

    Raises InvalidInput for a prescriber whom the site does not have.
    """
    items = {item.code: item for item, _ in pads_in_basket(actor)}
    known = {
        each.reference: each
        for each in Prescriber.objects.filter(
            organisation_id=actor.organisation_id, reference__in=list(chosen.values())
        )
    }
    problems: dict[str | None, str] = {
        code: "Choose the prescriber." for code, reference in chosen.items() if code in items and reference not in known
    }
    if problems:
        raise InvalidInput(problems)
    for code, reference in chosen.items():
        if code in items:
            PadChoice.objects.update_or_create(
                user_id=actor.user_id,
                organisation_id=actor.organisation_id,
                item=items[code],
                defaults={"prescriber": known[reference]},
            )
    record(
        PADS_CHOSEN,
        actor=actor,
        subject=("organisation", actor.organisation_code),
        organisation_id=actor.organisation_id,
        number=len(chosen),
    )
    return len(chosen)


def lock_chosen(actor: Actor, items: list[CatalogueItem]) -> None:
    """Locks whoever the pads of an order are for, before its stock: picking and sending lock in the same order."""
    if any(item.code in pad_rules().items for item in items):
        choices = PadChoice.objects.filter(user_id=actor.user_id, organisation_id=actor.organisation_id)
        lock_people(set(choices.values_list("prescriber_id", flat=True)))


def write_names_on_pads(actor: Actor, order: Order, lines: list[OrderLine]) -> None:
    """In the transaction that places an order: each pad is for a prescriber who is there when it comes.

    Raises InvalidInput by item code. The prescribers are locked, so none of them leaves meanwhile.
    """
    pads = [line for line in lines if line.item.code in pad_rules().items]
    if not pads:
        return
    choices = {
        choice.item_id: choice
        for choice in PadChoice.objects.filter(user_id=actor.user_id, organisation_id=order.organisation_id)
    }
    people = lock_people({choice.prescriber_id for choice in choices.values()})
    problems: dict[str | None, str] = {}
    for line in pads:
        choice = choices.get(line.item_id)
        if choice is None:
            problems[line.item_code] = f"Say whose name is printed on {line.item_name}: choose the prescriber first."
        elif sentence := not_there(people[choice.prescriber_id], line):
            problems[line.item_code] = sentence
    if problems:
        raise InvalidInput(problems)
    PadOrder.objects.bulk_create(
        PadOrder(
            line=line,
            organisation_id=order.organisation_id,
            prescriber=people[choices[line.item_id].prescriber_id],
            printed_name=people[choices[line.item_id].prescriber_id].name,
            planned_on=line.promised_on or timezone.localdate(),
        )
        for line in pads
    )
    PadChoice.objects.filter(
        user_id=actor.user_id, organisation_id=order.organisation_id, item_id__in=[line.item_id for line in pads]
    ).delete()


def pads_still_wanted(order: Order) -> str:
    """Why the pads of a locked order may not be picked or sent: the prescriber leaves before they come. '' if not."""
    pads = list(
        PadOrder.objects.filter(line__order=order)
        .exclude(line__state__in=["cancelled", "rejected"])
        .select_related("line")
    )
    people = lock_people({pad.prescriber_id for pad in pads})
    for pad in pads:
        if sentence := not_there(people[pad.prescriber_id], pad.line):
            return sentence
    return ""


def not_there(prescriber: Prescriber, line: OrderLine) -> str:
    """A sentence when the prescriber does not prescribe on the day the line is planned to arrive, or today."""
    planned = max(line.promised_on or timezone.localdate(), timezone.localdate())
    if prescriber.is_active_on(planned):
        return ""
    if prescriber.joined_on > planned:
        return f"{line.item_name}: {prescriber.name} joins on {day(prescriber.joined_on)}, after the pads would come."
    return (
        f"{line.item_name}: {prescriber.name} is not there any more on {day(planned)}, when the pads would come."
        " Choose another prescriber, or leave them out."
    )


def lock_people(ids: set[int]) -> dict[int, Prescriber]:
    """The prescribers, locked in the order of their ids."""
    return {each.id: each for each in Prescriber.objects.select_for_update().filter(id__in=ids).order_by("id")}
