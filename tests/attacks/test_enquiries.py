"""Enquiries under attack (trust.md 2.5): unproved addresses, others' drafts, codes that were typed.

Each attack has a half with its control switched off, in which it SUCCEEDS: so the control is what stops it.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.enquiry_types import enquiries
from portal.casework.models import Case, RequestDraft
from portal.casework.querysets import DraftQuerySet
from portal.casework.requester import requester
from portal.casework.services import send_enquiry as sending
from portal.casework.services.keep_enquiry import start_enquiry_by_email
from portal.casework.services.send_enquiry import send_enquiry
from portal.foundation.access import Actor
from portal.foundation.errors import NotFound, Refused
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
TYPED = {"q_question": "x", "sender_name": "Eve", "sender_email": "eve@example.org", "sender_organisation": "Z12345"}


def draft(email: str = "eve@example.org", *, confirmed: bool = False) -> RequestDraft:
    started = start_enquiry_by_email(requester(email, name="Eve"), enquiries().types["portal_other"], dict(TYPED))
    if confirmed:
        RequestDraft.objects.filter(id=started.id).update(email_confirmed_at=started.created_at)
    return started


def holder(of: RequestDraft) -> Actor:
    return requester("eve@example.org", name="Eve", draft=of.reference)


def test_an_address_that_is_not_confirmed_makes_no_case() -> None:
    begun = draft()
    with pytest.raises(Refused), transaction.atomic():
        send_enquiry(holder(begun), begun.reference)
    assert Case.objects.count() == 0


def test_without_the_check_only_the_database_would_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: the service writes the case, and the constraint of the draft is the second wall."""
    monkeypatch.setattr(sending, "check_confirmed", lambda draft: None)
    begun = draft()
    with pytest.raises(Exception, match="draft_sent_only_when_confirmed"), transaction.atomic():
        send_enquiry(holder(begun), begun.reference)
    monkeypatch.setattr(RequestDraft, "save", lambda self, **columns: None)
    send_enquiry(holder(begun), begun.reference)
    assert Case.objects.get().opened_by_email == "eve@example.org", "the attack succeeds without both walls"


def test_a_link_to_one_draft_opens_no_other() -> None:
    own, victims = draft(), draft("asha@example.org", confirmed=True)
    with pytest.raises(NotFound), transaction.atomic():
        send_enquiry(holder(own), victims.reference)


def test_without_the_scope_anothers_draft_would_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: drafts are not narrowed to the one of the link, and the attack succeeds."""
    monkeypatch.setattr(DraftQuerySet, "visible_to", lambda self, actor: self)
    own, victims = draft(), draft("asha@example.org", confirmed=True)
    send_enquiry(holder(own), victims.reference)
    assert Case.objects.count() == 1


def test_a_code_that_was_typed_makes_it_nobodys_case() -> None:
    OrganisationFactory(code="Z12345")
    begun = draft(confirmed=True)
    case = send_enquiry(holder(begun), begun.reference)
    assert case.organisation is None and "not checked" in case.details


def test_if_the_typed_code_were_believed_the_case_would_be_the_practices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: the case takes its organisation from the form, and stands among the practice's own."""
    victim = OrganisationFactory(code="Z12345")
    own_sender = sending._sender

    def believing(actor: Actor, of: RequestDraft) -> dict[str, object]:
        found = Organisation.objects.get(code=of.answers["sender_organisation"])
        return {**own_sender(actor, of), "organisation_id": found.id}

    monkeypatch.setattr(sending, "_sender", believing)
    begun = draft(confirmed=True)
    assert send_enquiry(holder(begun), begun.reference).organisation_id == victim.id


def test_smuggled_names_and_organisations_of_a_signed_in_form_count_for_nothing(
    client: Client, sign_in: object
) -> None:
    own = MembershipFactory(organisation=OrganisationFactory(code="Z11111"), roles=["supplies_order_clerk"])
    victim = OrganisationFactory(code="Z12345")
    visitor = sign_in(own)  # type: ignore[operator]
    data = {**TYPED, "organisation": str(victim.id), "organisation_id": str(victim.id), "user_id": "1"}
    begun = visitor.post("/o/Z11111/enquiries/new/portal_other/", data)["Location"]
    visitor.post(begun.replace("answer-first", "check"), {"organisation_id": str(victim.id)})
    case = Case.objects.get()
    assert (case.organisation_id, case.opened_by_email) == (own.organisation_id, own.user.email)
    assert visitor.post("/o/Z12345/enquiries/new/portal_other/", data).status_code == 404
