"""One organisation with something of every kind, and the address of everything it owns.

The access sweep (test_access_sweep.py) goes to every address as everybody. A new kind of address
without an entry here fails the sweep: nothing is left out by forgetting it.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.services.grant_membership import Person
from portal.accounts.services.invite_user import InviteUser, invite_user
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.api import OpenCase, open_case
from portal.casework.enquiry_types import enquiries
from portal.casework.journeys.table import JOURNEYS
from portal.casework.models import ChangeRequest
from portal.casework.services.keep_draft import save_step, start_draft
from portal.casework.services.keep_enquiry import start_enquiry
from portal.casework.services.submit_request import submit_request
from portal.foundation.access import Actor
from portal.foundation.access.roles import ROLES, permissions_of
from portal.foundation.audit.access_log import looked
from portal.foundation.audit.models import AccessEntry
from portal.foundation.references import new_reference
from portal.machines.models import Machine
from portal.machines.tests.factories import Program, Scanner
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.closures.models import Inventory
from portal.records.hub.models import Cage
from portal.records.hub.services.fill_cage import open_cage
from portal.records.looks import name_of
from portal.records.models import CollectionVisit, Discrepancy, Movement
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import PatientJoining, RegistrationEvent, RegistrationImport
from portal.records.searches.models import SearchTask
from portal.records.searches.services.ask_holders import ask_holders
from portal.records.services.retrieve_bags import start_wave
from portal.records.services.settle_movement import mark_missing
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.temporary_residents.models import PaperBag, TemporaryForm
from portal.records.temporary_residents.services.prepare_bag import make_bag_labels
from portal.records.temporary_residents.tests.factories import a_form_for, clerk
from portal.records.tests.factories import a_patient, a_record, a_shelf, operator, stored_bag
from portal.serials.format_values import FormatValues
from portal.serials.models import Prescriber, SecureRelease, SerialRange, SerialRule
from portal.serials.services.keep_formats import AskForFormat, ask_for_format
from portal.serials.services.keep_prescribers import Joiner, join, leave
from portal.serials.services.missing_forms import report_missing
from portal.serials.services.warehouse import BookIn, Numbers, book_in
from portal.serials.tests.forms import missing
from portal.supplies.models import (
    BasketLine,
    Consignment,
    FavouriteLine,
    FavouriteList,
    JointOrder,
    Order,
    PickWave,
    StandingOrder,
    StockLevel,
    Substitution,
)
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.keep_boxes import add_box
from portal.supplies.services.note_proof_import import ImportCounts, note_proof_import
from portal.supplies.services.place_order import PlaceOrder, place_order
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import CatalogueItemFactory, SecureItemFactory, StockLevelFactory, set_up_standing

SENTINEL = "ZQXSENTINEL"
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass
class World:
    """The victim's organisation and what it owns."""

    organisation: Any
    actor: Actor
    user: Any
    order: Order
    consignment: Consignment
    favourite: FavouriteList
    standing: StandingOrder
    joint: JointOrder
    case: Any
    draft: Any
    colleague: Any
    invitation: Any
    enquiry: Any
    change: Any
    missing: Any
    release: Any
    prescriber: Any
    number_format: SerialRule
    level: StockLevel
    movement: Movement
    store: dict[str, str]
    inventory: Inventory
    cage: Cage
    discrepancy: Discrepancy
    registrations: RegistrationImport
    search: SearchTask
    question: RegistrationEvent
    joining: PatientJoining
    stock_count: Any
    wave: Any
    proofs: Any
    look: AccessEntry
    visit: CollectionVisit
    temporary: TemporaryForm
    bag: PaperBag
    machine: Machine
    offer: Substitution
    scanner: Machine
    extra: dict[str, str] = field(default_factory=dict)

    def address(self, route: str) -> str:
        """A real address for a URL pattern. Raises KeyError for an argument this world has no value for."""
        return "/" + _ARGUMENT.sub(lambda match: self._value(route, match[1]), route)

    def _value(self, route: str, name: str) -> str:
        for pattern, values in self._values().items():
            if re.search(pattern, route) and name in values:
                return values[name]
        raise KeyError(f"tests/meta/world.py has no {name!r} for {route}")

    def _values(self) -> dict[str, dict[str, str]]:
        return {
            r"favourites/": {"reference": self.favourite.reference},
            r"supplies/needs/": {"answer": "later"},
            r"supplies/together/": {"reference": self.joint.reference},
            r"supplies/standing/": {"reference": self.standing.reference, "step": "pause"},
            r"orders/standing-faults/": {
                "reference": self.standing.reference,
                "day": self.standing.first_on.isoformat(),
            },
            r"(cases|problems)/": {"reference": self.case.reference, "rest": "write/"},
            r"users/invitations/": {"reference": self.invitation.reference},
            r"users/": {"reference": self.colleague.reference},
            r"^invitation/": {"token": "0" * 43},
            r"requests/new/": {"journey": "main_contact"},
            r"requests/draft/": {"reference": self.draft.reference, "step": "you"},
            r"requests/(sent|case|stop|answer|withdraw)/": {"reference": self.change.case.reference},
            r"^(staff|commissioner/<code>)/requests/": {"reference": self.change.case.reference, "step": "1"},
            r"enquiries/new/": {"enquiry": "portal_other"},
            r"enquiries/draft/": {"reference": self.enquiry.reference},
            r"enquiries/(sent|case)/": {"reference": self.case.reference},
            r"^link/": {"token": "0" * 43},
            r"/forms/confirm/": {"reference": self.consignment.reference},
            r"staff/forms/consignments/": {"reference": self.consignment.reference},
            r"staff/forms/missing/": {"reference": self.missing.reference},
            r"staff/records/discrepancies/": {"reference": self.discrepancy.reference},
            r"staff/forms/releases/": {"reference": self.release.order.reference},
            r"staff/forms/format(s|-decisions)/": {
                "item": self.number_format.item.code,
                "reference": self.number_format.reference,
            },
            r"/forms/check/": {"reference": self.consignment.reference},
            r"/forms/missing/": {"reference": self.missing.reference},
            r"/forms/prescribers/": {"reference": self.prescriber.reference},
            r"staff/machines/": {"reference": self.machine.reference},
            r"staff/records/store/": self.store,
            r"staff/scanners/": {"reference": self.scanner.reference},
            r"^courier/start/": {"secret": "0" * 43},
            r"staff/records/hub/": {"reference": self.cage.reference},
            r"records/collections/": {"reference": self.visit.reference},
            r"^o/<code>/records/searches/|staff/records/searches/tasks/": {"reference": self.search.reference},
            r"staff/records/searches/": {"reference": self.search.bag.movement.reference},
            r"records/looks/": {"look": name_of(self.look), "reference": self.look.patient_reference},
            r"records/temporary/": {"reference": self.temporary.reference, "bag": self.bag.reference},
            r"records/movements/": {"reference": self.movement.reference},
            r"staff/supplies/waves/": {"reference": self.wave.reference},
            r"staff/supplies/proofs/": {"reference": self.proofs.reference},
            r"staff/supplies/manifests/": {"day": "2026-11-24"},
            r"staff/supplies/counts/": {"reference": self.stock_count.reference},
            r"stock/stores/": {"code": self.level.store.code},
            r"stock/": {"store": self.level.store.code, "store_code": self.level.store.code},
            r"staff/registrations/questions/": {"reference": self.question.reference},
            r"staff/registrations/joining/": {"reference": self.joining.question.reference},
            r"staff/registrations/": {"reference": self.registrations.reference},
            r"staff/supplies/consignments/": {"reference": self.consignment.reference},
            r"staff/supplies/catalogue/": {"code": self.level.item.code},
            r"": {
                "code": self.organisation.code,
                "organisation": self.organisation.code,
                "store": self.level.store.code,
                "page": "who-is-my-main-contact",
                "message": "0" * 32,
                "reference": self.order.reference,
                "consignment": self.consignment.reference,
                "box": f"{self.consignment.reference}-1",
                "offer": self.offer.reference,
                "substitute": self.level.item.code,
                "consignment_reference": self.consignment.reference,
                "file": "ZQXSZQXSZQXS",
                "item_code": self.level.item.code,
                "item": self.level.item.code,
                **self.extra,
            },
        }


def build_world(mark: str = SENTINEL) -> World:
    """Makes one site with something of everything: every text that may carry its name carries ``mark``."""
    organisation = OrganisationFactory(kind="gp_practice", contractor_type="gp", name=f"{mark} Surgery")
    membership = MembershipFactory(organisation=organisation, roles=["main_contact"])
    actor = actor_for(membership, ["main_contact"])
    item = CatalogueItemFactory(contractor_types=["gp"])
    level = StockLevelFactory(item=item, on_hand=50)
    order = _place(actor, item, 2)
    offer = _offer(actor)
    picker = Actor(name="Picker", audience="staff", user_id=None, permissions=permissions_of(["warehouse_operator"]))
    consignment = _first_consignment(start_picking(picker, order.reference), order)
    add_box(picker, consignment.reference)
    favourite = FavouriteList.objects.create(
        reference=f"FL-TEST-{mark}", organisation=organisation, name=f"{mark} list", created_by_name="x"
    )
    FavouriteLine.objects.create(favourite=favourite, item=item, quantity=1)
    standing = set_up_standing(actor, (item, 1), name=f"{mark} monthly")
    standing.dates.create(
        due_on=standing.first_on, outcome="failed", reason="x", tried_on=standing.first_on, fault="KeyError"
    )
    case = _case(actor, order, mark)
    colleague = MembershipFactory(organisation=organisation, roles=["read_only"])
    invitation = invite_user(actor, InviteUser(person=_invited(mark), roles=["read_only"]))
    draft = start_draft(actor, JOURNEYS["closure"])
    BasketLine.objects.create(user=membership.user, organisation=organisation, item=item, quantity=1)
    movement = _movement(organisation, mark)
    return World(
        organisation=organisation, actor=actor, user=membership.user, order=order, consignment=consignment,
        favourite=favourite, standing=standing, joint=_joint(order, mark), case=case, draft=draft, colleague=colleague,
        invitation=invitation,
        enquiry=start_enquiry(actor, enquiries().types["portal_other"], {"q_question": mark}),
        change=_change(actor, mark), missing=_missing(actor, organisation, mark), level=level,
        release=_release(order, mark), prescriber=_prescriber(actor, mark), number_format=_number_format(),
        movement=movement,
        store=_store(),
        cage=open_cage(operator(), organisation.code),
        inventory=Inventory.objects.create(
            organisation=organisation, case_reference="x", closes_on=date(2030, 1, 1), expected=1, opened_by_name=mark
        ),
        look=_look(movement, mark),
        search=_search(organisation, mark),
        visit=_visit(organisation, mark),
        temporary=a_form_for(actor, clerk(name=mark)),
        bag=make_bag_labels(actor, 1)[0],
        machine=Program(name=f"{mark} machine").machine,
        scanner=Scanner(name=f"{mark} scanner").machine,
        discrepancy=Discrepancy.objects.create(kind="overdue", shown_to=organisation, detail=mark),
        question=_question(organisation, mark),
        joining=_joining(organisation, mark),
        stock_count=_stock_count(level),
        wave=_wave(level),
        offer=offer,
        proofs=_proofs(),
        registrations=RegistrationImport.objects.create(file_name=f"{mark}.csv", actor_name="x"),
    )  # fmt: skip


def _invited(mark: str) -> Person:
    return Person(email=f"{mark.lower()}@example.org", forename=mark, surname="Invited", telephone="01632 960 001")


def _movement(organisation: Any, mark: str) -> Movement:
    """A record at the site that is to leave it."""
    record = a_record(holder_of(organisation), patient=a_patient(family_name=mark, born_on=date(1950, 1, 1)))
    command = StartMovement(
        record=record, origin=holder_of(organisation), destination=own_place("store"), reason="left"
    )
    return start_movement(operator(), command)


def _store() -> dict[str, str]:
    """A box of the operator's store, and a walk to take out what is wanted elsewhere."""
    building, shelf, box = a_shelf()
    bag = stored_bag(box)
    wave = start_wave(operator(), own_place("store").code)
    return {
        "building": building,
        "shelf": shelf,
        "box": box,
        "reference": wave.reference,
        "movement": bag.movement.reference,
        "bag": str(bag.number),
    }


def _look(movement: Movement, mark: str) -> AccessEntry:
    """Somebody of the operator looked at the victim's patient."""
    someone = Actor(name=f"{mark} looker", audience="staff")
    looked(someone, [movement.record.patient.reference], purpose="keep_record", page="staff_records:movement")
    return AccessEntry.objects.get(actor_name=someone.name)


def _search(organisation: Any, mark: str) -> SearchTask:
    """The victim is asked to look for a record that it sent to the store."""
    movement = _movement(organisation, mark)
    mark_missing(operator(), movement.reference, 1, mark)
    ask_holders(operator(), movement.reference, 1)
    tasks = SearchTask.objects.select_related("bag__movement")  # read now, while every row can be seen
    return tasks.get(bag__movement=movement, organisation=organisation)


def _visit(organisation: Any, mark: str) -> CollectionVisit:
    """A visit of the courier that was over yesterday and that nobody has judged."""
    return CollectionVisit.objects.create(
        organisation=organisation, on=timezone.localdate() - timedelta(days=1), opens=time(9), closes=time(13), why=mark
    )


def _question(organisation: Any, mark: str) -> RegistrationEvent:
    return RegistrationEvent.objects.create(
        fingerprint=mark, kind="G1", number="1", is_numbered=True, sent_at=timezone.now(), practice=organisation,
        effect="previous_practice_sought",
    )  # fmt: skip


def _joining(organisation: Any, mark: str) -> PatientJoining:
    """Two of the victim's patients who are said to be one; somebody has proposed to join them."""
    old, new = a_patient(family_name=mark, registered_at=organisation), a_patient(family_name=mark)
    question = RegistrationEvent.objects.create(
        fingerprint=f"{mark} joining", kind="SUPERSEDED", number="2", is_numbered=True, sent_at=timezone.now(),
        patient=old, patient_number=old.nhs_number, replaced_by=new.nhs_number, effect="patients_to_join",
    )  # fmt: skip
    return PatientJoining.objects.create(
        question=question, joined=old, survivor=new, reason=mark, proposed_by_id=10**9, proposed_by_name=mark
    )


def actor_for(membership: Any, roles: list[str]) -> Actor:
    """The actor a request by this member would have."""
    where = membership.organisation
    return Actor(
        name=membership.user.name, email=membership.user.email, audience="contractor", user_id=membership.user_id,
        organisation_id=where.id, organisation_code=where.code, organisation_name=where.name,
        contractor_type=where.contractor_type, permissions=permissions_of(roles), roles=frozenset(roles),
    )  # fmt: skip


def close_file(response: Any) -> None:
    """Closes a download's file; ``response.close()`` would also close the test's database connection."""
    for close in response._resource_closers:
        close()


def staff_roles() -> list[str]:
    """Every role of the operator."""
    return [code for code, role in ROLES.items() if "operator" in role.held_at]


def _place(actor: Actor, item: Any, quantity: int) -> Order:
    BasketLine.objects.create(
        user_id=actor.user_id, organisation_id=actor.organisation_id, item=item, quantity=quantity
    )
    return place_order(actor, PlaceOrder(submission=uuid.uuid4(), seen={item.code: quantity}))


def _joint(order: Order, mark: str) -> JointOrder:
    """The victim's order as one of several that were placed together."""
    joint: JointOrder = JointOrder.objects.create(
        reference=new_reference("SJ"), organisation_id=order.organisation_id, submission=uuid.uuid4(), deliveries=2,
        placed_by_id=order.placed_by_id, placed_by_name=mark,
    )  # fmt: skip
    order.joint = joint
    order.save(update_fields=["joint"])
    return joint


def _offer(actor: Actor) -> Substitution:
    """Something else for an order of the victim that waits."""
    waiting = _place(actor, StockLevelFactory(on_hand=0, item__contractor_types=["gp"]).item, 1)
    return Substitution.objects.create(
        reference=new_reference("SU"), organisation=waiting.organisation, line=waiting.lines.get(),
        item=CatalogueItemFactory(), packs=1, new_packs=1, answer_by=timezone.localdate(), proposed_by_name="x",
    )  # fmt: skip


def _wave(level: StockLevel) -> Any:
    return PickWave.objects.create(
        reference=new_reference("PW"), store=level.store, carrier="DPD", route="Post", started_by_name="x"
    )


def _proofs() -> Any:
    picker = Actor(name="Picker", audience="staff", permissions=permissions_of(["warehouse_operator"]))
    return note_proof_import(picker, "file.csv", uuid.uuid4().hex * 2, ImportCounts())


def _stock_count(level: StockLevel) -> Any:
    keeper = Actor(name="Keeper", audience="staff", permissions=permissions_of(["stock_controller"]))
    level.refresh_from_db()
    command = CountStock(store=level.store.code, item=level.item.code, counted=level.on_hand - 1, seen=level.on_hand)
    return count_stock(keeper, command)


def _first_consignment(_: Any, order: Order) -> Consignment:
    return Consignment.objects.get(order=order)


def _change(actor: Actor, mark: str) -> ChangeRequest:
    draft = start_draft(actor, JOURNEYS["lost_factor"])
    for step, answers in (
        ("you", {"sender_name": mark, "sender_telephone": "01632 960 001"}),
        ("person", {"person_email": "lost@example.org"}),
    ):
        save_step(actor, draft.reference, step, answers)
    return submit_request(actor, draft.reference)


def _case(actor: Actor, order: Order, mark: str) -> Any:
    command = OpenCase(
        kind="not_arrived",
        subject=f"{mark} did not arrive",
        details=f"{mark} is what we wait for",
        about_type="order",
        about_reference=order.reference,
    )
    return open_case(actor, command)


def _release(order: Order, mark: str) -> SecureRelease:
    """The victim's order as one that waits for a second person."""
    release: SecureRelease = SecureRelease.objects.create(
        order=order, organisation_id=order.organisation_id, reasons=[mark], placed_by_id=order.placed_by_id
    )
    return release


def _prescriber(actor: Actor, mark: str) -> Prescriber:
    """Somebody who prescribes at the victim and is about to leave."""
    command = Joiner(name=f"Dr {mark}", number="D12345", profession="doctor", joined_on=date(2020, 1, 1))
    prescriber = join(actor, command)
    leave(actor, prescriber.reference, timezone.localdate())
    return prescriber


def _number_format() -> SerialRule:
    """How the numbers of another form are to be read; it waits for a second person."""
    keeper = Actor(name="Keeper", audience="staff", user_id=900_100, permissions=permissions_of(["stock_controller"]))
    values = FormatValues(digits=11, check_digits=1, kind="none")
    examples = ["00000000010", "00000000020"]
    return ask_for_format(
        keeper, AskForFormat(item=SecureItemFactory().code, values=values, examples=examples, reason="As printed")
    )


def _missing(actor: Actor, organisation: Any, mark: str) -> Any:
    """Numbered forms at the victim, some of which it has reported missing."""
    form = SecureItemFactory(name=f"{mark} form")
    keeper = Actor(name="Keeper", audience="staff", permissions=permissions_of(["stock_controller"]))
    store = StockLevelFactory(item=form).store
    printed = Numbers(item=form.code, first="10000000000", last="10000000990")
    book_in(keeper, BookIn(numbers=printed, store=store.code))
    ranges = SerialRange.objects.filter(item=form)
    ranges.update(
        state="allocated",
        consignment=Consignment.objects.filter(order__organisation=organisation).first(),
        organisation=organisation,
    )
    ranges.update(state="at_site")
    some = Numbers(item=form.code, first="10000000000", last="10000000090")
    return report_missing(actor, missing(some, what=mark))
