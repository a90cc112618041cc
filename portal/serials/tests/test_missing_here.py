"""Forms that are missing from a store of the operator (J7, J25)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OperatorFactory
from portal.serials.missing_notice import missing_notice
from portal.serials.models import FormIncident
from portal.serials.services.keep_contacts import NewContact, add_contact
from portal.serials.services.missing_forms import settle_missing
from portal.serials.services.missing_here import report_missing_here
from portal.serials.services.warehouse import allocate
from portal.serials.tests.forms import KEEPER, in_store, keeper_of, missing, numbers, parcel, site, staff, states
from portal.supplies.tests.test_staff_catalogue_pages import staff as staff_member

pytestmark = pytest.mark.django_db


def keeper() -> Actor:
    where = OperatorFactory()
    return replace(staff(*KEEPER), organisation_id=where.id, organisation_code=where.code, email="keeper@example.org")


def test_a_theft_from_a_store_freezes_the_numbers_and_tells_those_who_must_know_everywhere() -> None:
    add_contact(staff("data_manager"), NewContact(area="", role="Counter fraud", email="fraud@example.org"))
    item = in_store(1000)
    case = report_missing_here(keeper(), missing(numbers(item, 100, 50), "stolen", what="ZZPATIENT forced the lock"))
    assert (100, 50, "missing") in states(item)
    incident = FormIncident.objects.get()
    assert (incident.case_reference, incident.number, incident.ink_until) == (case.reference, 50, None)
    told = OutboxMessage.objects.get(kind="serials.area_told")
    assert told.recipients == ["fraud@example.org"] and "ink" not in told.body and "ZZPATIENT" not in told.body
    with pypdfium2.PdfDocument(missing_notice(incident)) as document:
        words = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert case.reference in words and "red ink" not in words and "ZZPATIENT" not in words
    with pytest.raises(Conflict), transaction.atomic():
        allocate(keeper(), parcel(item, site().organisation).reference, numbers(item, 100, 50))


@pytest.mark.parametrize(("outcome", "state"), [("found", "in_store"), ("lost", "lost")])
def test_it_ends_in_the_store_or_for_good_and_the_case_is_answered(outcome: str, state: str) -> None:
    item = in_store(1000)
    case = report_missing_here(keeper(), missing(numbers(item, 100, 50)))
    settle_missing(staff("approver"), case.reference, outcome, "Counted again.")
    assert state in {state for at, _, state in states(item) if at == 100}
    case.refresh_from_db()
    assert case.state == "resolved" and (outcome == "lost" or "We have them" in case.answer)
    answered = OutboxMessage.objects.get(kind="casework.case_answered")
    assert f"/staff/cases/{case.reference}/" in answered.body


def test_only_what_is_in_a_store_and_only_by_those_who_keep_it() -> None:
    item, member = in_store(1000), site()
    allocate(staff(*KEEPER), parcel(item, member.organisation).reference, numbers(item, 0, 50))
    with pytest.raises(Conflict), transaction.atomic():
        report_missing_here(keeper(), missing(numbers(item, 40, 20)))
    with pytest.raises(InvalidInput), transaction.atomic():
        report_missing_here(keeper(), missing(numbers(item, 100), place=" "))
    with pytest.raises(Refused), transaction.atomic():
        report_missing_here(keeper_of(member), missing(numbers(item, 100)))
    assert not FormIncident.objects.exists()


def test_the_page_reports_and_the_register_shows_it(sign_in: Callable[..., Client]) -> None:
    item, today = in_store(1000), timezone.localdate()
    client = sign_in(staff_member("stock_controller"))
    some = numbers(item, 0, 10)
    fields = {
        "item": item.code, "first": some.first, "last": some.last, "kind": "stolen", "what": "The lock is broken.",
        "found_on_day": today.day, "found_on_month": today.month, "found_on_year": today.year,
        "last_seen": "On Monday, by Jo", "place": "Row 3",
    }  # fmt: skip
    refused = client.post("/staff/forms/missing/", {**fields, "place": ""}).content.decode()
    assert "Say where they were kept." in refused and "The lock is broken." in refused
    done = client.post("/staff/forms/missing/", {**fields, "police_reference": "WY-1"}, follow=True).content.decode()
    assert "Now count the shelf." in done and "Reported missing" in done
    assert FormIncident.objects.get().police_reference == "WY-1"
