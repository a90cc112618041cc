"""Sample prescribers, releases of first orders, missing forms, and who must know of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from portal.demo.earlier import happening_at, working_days_ago
from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.serials.models import AreaContact, Prescriber, SecureRelease
from portal.serials.permissions import EDIT_CONTACTS, KEEP_PRESCRIBERS
from portal.serials.prescribers import pads_in_basket
from portal.serials.services.keep_contacts import NewContact, add_contact
from portal.serials.services.keep_prescribers import Joiner, join, leave
from portal.serials.services.personal_pads import choose_prescribers
from portal.serials.services.release_orders import release_unusual_order
from portal.supplies.models import Order


def load(find: Callable[..., Actor]) -> None:
    """Prescribers of Asha's practice, one of whom leaves; contacts for everywhere. Leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if AreaContact.objects.exists():
            return
        with happening_at(working_days_ago(60, time(10, 5))):
            for name, number, profession in (
                ("Dr Nadia Osei", "G8812345", "doctor"),
                ("Dr Peter Lund", "G8854321", "doctor"),
                ("Carys Bevan", "12A3456E", "nurse"),
            ):
                _join(find("asha"), name, number, profession)
        with happening_at(working_days_ago(3, time(10, 5))):
            asha = _keeper(find("asha"))
            gone = Prescriber.objects.get(organisation_id=asha.organisation_id, number="G8854321")
            leave(asha, gone.reference, timezone.localdate() + timedelta(days=7))
            keeper = find("ada")
            editor = Actor(**{**vars(keeper), "permissions": keeper.permissions | {EDIT_CONTACTS.code}})
            for role, email in (
                ("Controlled Drugs Accountable Officer", "cdao@example.org"),
                ("Local counter fraud specialist", "counter.fraud@example.org"),
            ):
                add_contact(editor, NewContact(area="", role=role, email=email))


def name_pads(orderer: Actor) -> None:
    """Whose name is on the pads in the basket: the orderer's site gets a prescriber where it has none."""
    pads = pads_in_basket(orderer)
    if not pads:
        return
    person = Prescriber.objects.filter(organisation_id=orderer.organisation_id).first()
    if person is None:
        person = _join(orderer, "Liam Hughes", "D1234567", "dentist")
    choose_prescribers(orderer, {item.code: person.reference for item, _ in pads})


def let_go(second: Actor, order: Order) -> None:
    """A second person has looked at the order, where one has to."""
    if SecureRelease.objects.filter(order=order, state="waiting").exists():
        release_unusual_order(second, order.reference, "Called the site on its number on file: they ordered it.")


def _join(actor: Actor, name: str, number: str, profession: str) -> Prescriber:
    joined = Joiner(name=name, number=number, profession=profession, joined_on=date(2019, 4, 1))
    return join(_keeper(actor), joined)


def _keeper(actor: Actor) -> Actor:
    return actor.also(KEEP_PRESCRIBERS)
