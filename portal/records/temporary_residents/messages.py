"""The e-mails about temporary residents' forms. Plain text, no patient data, one link (R10)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from portal.accounts.api import emails_of, holders_of
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import count, one_line
from portal.organisations.models import Organisation
from portal.records.temporary_residents.models import MailChoice, TemporaryForm
from portal.records.temporary_residents.permissions import HANDLE_FORMS, ROUTE_FORMS


def new_forms(practice: Organisation, number: int) -> Email:
    """To those at the practice who handle forms and have not chosen otherwise."""
    quiet = set(MailChoice.objects.filter(organisation=practice, wants_mail=False).values_list("user_id", flat=True))
    people = holders_of(HANDLE_FORMS, organisation_code=practice.code)
    recipients = sorted(each.email for each in people if each.user_id not in quiet)
    forms = count(number, "temporary resident form")
    return _to_practice("new_forms", practice, recipients, f"{forms} for {one_line(practice.name, 60)}", forms=forms)


def unread_forms(practice: Organisation, number: int) -> Email:
    """To everybody at the practice who handles forms, whatever they chose: forms lie there unread."""
    recipients = emails_of(HANDLE_FORMS, organisation_id=practice.id)
    forms = count(number, "temporary resident form")
    subject = f"Reminder: {forms} not downloaded at {one_line(practice.name, 60)}"
    return _to_practice("unread_forms", practice, recipients, subject, forms=forms)


def file_refused(form: TemporaryForm) -> Email:
    """To those who handle forms at the practice that sent it: nobody can open the file."""
    recipients = emails_of(HANDLE_FORMS, organisation_id=form.sender_id)
    subject = f"Form {form.reference} could not be delivered"
    link = absolute_address("temporary:form", code=form.sender.code, reference=form.reference)
    return text_email(
        "temporary_residents.file_refused", recipients, subject, about=form.reference, form=form, link=link,
        site=one_line(form.sender.name),
    )  # fmt: skip


def form_returned(form: TemporaryForm) -> Email:
    """To the operator's staff who find practices: a practice says that a form is not for it."""
    operator = Organisation.objects.filter(code=settings.OPERATOR_CODE).first()
    recipients = emails_of(ROUTE_FORMS, organisation_id=operator.id) if operator is not None else []
    link = absolute_address("staff_temporary:form", reference=form.reference)
    subject = f"Form {form.reference} was returned"
    return text_email(
        "temporary_residents.form_returned", recipients, subject, about=form.reference, form=form, link=link
    )


def _to_practice(kind: str, practice: Organisation, recipients: list[str], subject: str, **values: Any) -> Email:
    return text_email(
        f"temporary_residents.{kind}",
        recipients,
        subject,
        about=practice.code,
        site=one_line(practice.name),
        link=absolute_address("temporary:received", code=practice.code),
        **values,
    )
