"""The moves of a form that several services make. Parts of services: these lock the row and record the event."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor
from portal.organisations.api import Organisation
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.rules import form_rules
from portal.records.temporary_residents.states import TEMPORARY_FORM


def give_to(actor: Actor, form: TemporaryForm, practice: Organisation, found_by: str) -> None:
    """Puts the form before a practice; its clock begins. Raises Conflict, Refused."""
    _step(actor, form, "waiting")
    today, rules = timezone.localdate(), form_rules()
    form.destination, form.found_by, form.arrived_at = practice, found_by, form.state_since
    form.due_on, form.remind_on = rules.downloaded_by(today), rules.reminded_on(today)
    form.announced_at = form.reminded_at = None


def take_from_practice(actor: Actor, form: TemporaryForm, state: str) -> None:
    """Back to the operator, as ``to_route`` or ``returned``; whoever had it sees it no more. Raises Conflict."""
    _step(actor, form, state)
    _with_nobody(form)
    form.due_on = form_rules().routed_by(timezone.localdate())


def end(actor: Actor, form: TemporaryForm, state: str, note: str = "") -> None:
    """The form's journey is over. Raises Conflict, Refused."""
    _step(actor, form, state)
    if state != "archived":
        _with_nobody(form)
    form.ended_at, form.ended_by_name, form.end_note = form.state_since, actor.name, note


def _step(actor: Actor, form: TemporaryForm, state: str) -> None:
    TEMPORARY_FORM.check(actor, form.state, state)
    form.state, form.state_since = state, timezone.now()
    form.due_on = form.remind_on = None


def _with_nobody(form: TemporaryForm) -> None:
    form.destination, form.found_by, form.arrived_at = None, "", None
    form.downloaded_at, form.downloaded_by_name = None, ""
