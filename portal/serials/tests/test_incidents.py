"""Missing forms: who is told, what is on paper, the register and its statistics (J7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Membership
from portal.casework import checkpoints
from portal.casework.moving import move
from portal.casework.services.work_case import answer_case, close_case
from portal.casework.tests.factories import staff_member
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


def test_a_case_of_missing_forms_ends_only_with_an_outcome_which_answers_it() -> None:
    member = site()
    item, _ = at_site(member)
    case = report_missing(keeper_of(member), missing(numbers(item, 0, 10)))
    worker = staff("support_agent")
    for end in (lambda: answer_case(worker, case.reference, "All done."), lambda: move(worker, case, "merged")):
        with pytest.raises((InvalidInput, Conflict), match="Say first how it ended"), transaction.atomic():
            end()
    settle_missing(staff("approver"), case.reference, "found", "They were in the other drawer.")
    case.refresh_from_db()
    assert case.state == "resolved" and "in the other drawer" in case.answer
    assert OutboxMessage.objects.filter(kind="casework.case_answered").exists()
    close_case(keeper_of(member), case.reference)


def test_the_case_leads_to_the_page_on_which_it_is_settled(sign_in: Callable[..., Client]) -> None:
    member = site()
    item, _ = at_site(member)
    case = report_missing(keeper_of(member), missing(numbers(item, 0, 10)))
    client = sign_in(staff_member("support_agent"))
    address = f"/staff/forms/missing/{case.reference}/"
    assert f'href="{address}"' in client.get(f"/staff/cases/{case.reference}/").content.decode()
    settle_missing(staff("approver"), case.reference, "lost", "No trace.")
    assert f'href="{address}"' not in client.get(f"/staff/cases/{case.reference}/").content.decode()


def test_without_the_question_a_report_could_be_answered_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: the case is answered, and the forms stay missing without anybody saying how it ended."""
    monkeypatch.setattr(checkpoints, "SETTLED", [])
    member = site()
    item, _ = at_site(member)
    case = report_missing(keeper_of(member), missing(numbers(item, 0, 10)))
    assert answer_case(staff("support_agent"), case.reference, "All done.").state == "resolved"
    assert FormIncident.objects.get().outcome == ""


@pytest.mark.parametrize(
    ("reference", "fits"),
    [("WY-1", True), ("13 26 0412 345", True), ("CRN/2026/1", True), ("Mrs Jones 4", False), ("stolen by Jo", False)],
)
def test_a_police_reference_is_no_sentence(reference: str, fits: bool) -> None:
    member = site()
    item, _ = at_site(member)
    command = missing(numbers(item, 0, 10), "stolen", police_reference=reference)
    if fits:
        assert report_missing(keeper_of(member), command)
        return
    with pytest.raises(InvalidInput, match="letters, digits and dashes"), transaction.atomic():
        report_missing(keeper_of(member), command)
