"""Missing forms: who is told, what is on paper, the register and its statistics (J7)."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Membership
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from portal.serials.incidents import counts_by_area, find_incident, ink_instruction, list_incidents
from portal.serials.missing_notice import missing_notice
from portal.serials.models import FormIncident, SerialRange
from portal.serials.services.check_delivery import check_delivery, key_of
from portal.serials.services.keep_contacts import NewContact, add_contact, end_contact
from portal.serials.services.missing_forms import report_missing, settle_missing
from portal.serials.services.warehouse import allocate
from portal.serials.tests.forms import KEEPER, in_store, keeper_of, missing, numbers, parcel, site, staff, states
from portal.supplies.models import CatalogueItem, Consignment

pytestmark = pytest.mark.django_db


def at_site(member: Membership) -> tuple[CatalogueItem, Consignment]:
    item = in_store(1000)
    box = parcel(item, member.organisation)
    allocate(staff(*KEEPER), box.reference, numbers(item, 0, 50))
    allocate(staff(*KEEPER), box.reference, numbers(item, 200, 50))
    Consignment.objects.filter(pk=box.pk).update(state="dispatched", carrier="Van", dispatched_at=timezone.now())
    return item, box


def test_a_delivery_is_confirmed_or_disputed_range_by_range() -> None:
    member = site()
    item, box = at_site(member)
    actor = keeper_of(member)
    first, second = [key_of(row) for row in SerialRange.objects.filter(consignment=box).order_by("serials")]
    with pytest.raises(InvalidInput) as raised, transaction.atomic():
        check_delivery(actor, box.reference, {first: "here", second: "not_delivered"}, "")
    assert raised.value.errors == {"what": "Say what is wrong."}
    with pytest.raises(InvalidInput), transaction.atomic():
        check_delivery(actor, box.reference, {first: "here"}, "")
    done = check_delivery(actor, box.reference, {first: "here", second: "not_delivered"}, "One pack short.")
    assert done.confirmed == 1
    assert states(item)[0] == (0, 50, "at_site")
    assert (200, 50, "missing") in states(item)
    assert FormIncident.objects.get().case_reference == done.cases[0]
    with pytest.raises(Conflict), transaction.atomic():
        check_delivery(actor, box.reference, {first: "here"}, "")
    with pytest.raises(NotFound), transaction.atomic():
        check_delivery(keeper_of(site()), box.reference, {first: "here"}, "")


def test_a_report_needs_its_facts() -> None:
    member = site()
    item, _ = at_site(member)
    wrong = missing(
        numbers(item, 0, 10), "stolen", found_on=timezone.localdate() + timedelta(days=1), last_seen=" ", place="",
        police_reference="",
    )  # fmt: skip
    with pytest.raises(InvalidInput) as raised, transaction.atomic():
        report_missing(keeper_of(member), wrong)
    assert set(raised.value.errors) == {"found_on", "last_seen", "place", "police_reference"}


def test_those_who_must_know_in_the_area_are_told_without_what_was_typed() -> None:
    area = OrganisationFactory(kind="commissioner", contractor_type="")
    keeper = staff("data_manager")
    for where, email in ((area.code, "cdao@example.org"), ("", "fraud@example.org"), (area.code, "old@example.org")):
        add_contact(keeper, NewContact(area=where, role="Officer", email=email))
    other = OrganisationFactory(kind="commissioner", contractor_type="")
    add_contact(keeper, NewContact(area=other.code, role="Officer", email="elsewhere@example.org"))
    end_contact(keeper, area.code, "old@example.org")
    with pytest.raises(InvalidInput), transaction.atomic():
        add_contact(keeper, NewContact(area=area.code, role="Officer", email="CDAO@example.org"))
    with pytest.raises(InvalidInput), transaction.atomic():
        add_contact(keeper, NewContact(area="NOPE", role="Officer", email="a@example.org"))
    member = site()
    type(member.organisation).objects.filter(pk=member.organisation.pk).update(commissioner_code=area.code)
    item, _ = at_site(member)
    report_missing(keeper_of(member), missing(numbers(item, 0, 10), what="ZZPATIENT ran off with it"))
    told = OutboxMessage.objects.filter(kind="serials.area_told")
    assert {row.recipients[0] for row in told} == {"cdao@example.org", "fraud@example.org"}
    incident = FormIncident.objects.get()
    with pypdfium2.PdfDocument(missing_notice(incident)) as document:
        words = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert incident.case_reference in words and "red ink" in words
    assert "ZZPATIENT" not in words and all("ZZPATIENT" not in row.body for row in told)


def test_the_register_closes_with_an_outcome_and_counts_by_area() -> None:
    member = site()
    item, _ = at_site(member)
    actor = keeper_of(member)
    case = report_missing(actor, missing(numbers(item, 0, 10), "stolen"))
    report_missing(actor, missing(numbers(item, 10, 5)))
    assert ink_instruction(actor) == FormIncident.objects.first().ink_until
    assert ink_instruction(keeper_of(site())) is None
    settle_missing(staff("approver"), case.reference, "lost", "No trace.")
    reader = staff("auditor")
    (count,) = counts_by_area(list_incidents(reader, {}))
    assert (count.reports, count.forms, count.stolen, count.still_open) == (2, 15, 1, 1)
    assert list_incidents(reader, {"open": "1"}).count() == 1
    assert find_incident(reader, case.reference).outcome == "lost"
    with pytest.raises(NotFound), transaction.atomic():
        find_incident(keeper_of(site()), case.reference)
    with pytest.raises(IntegrityError, match="incident_closes_with_an_outcome"), transaction.atomic():
        FormIncident.objects.filter(outcome="").update(closed_at=timezone.now())
