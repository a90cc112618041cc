"""Two tabs send one enquiry: it becomes one case (J20, R3). Seen to become two with the lock taken out."""

from __future__ import annotations

from typing import Any

import pytest

from portal.casework.enquiry_types import enquiries
from portal.casework.models import Case, RequestDraft
from portal.casework.services import send_enquiry as sending
from portal.casework.services.keep_enquiry import find_enquiry, start_enquiry
from portal.casework.services.send_enquiry import send_enquiry
from portal.casework.tests.factories import reporter
from portal.foundation.outbox.models import OutboxMessage
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _two_tabs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What came of it when both had the draft before them."""
    actor = reporter()
    draft = start_enquiry(actor, enquiries().types["portal_other"], {"q_question": "Where?"})
    Meeting().after(monkeypatch, "portal.casework.services.send_enquiry.find_enquiry")
    return at_once(lambda: send_enquiry(actor, draft.reference), lambda: send_enquiry(actor, draft.reference))


def test_an_enquiry_sent_from_two_tabs_becomes_one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _two_tabs(monkeypatch)
    assert first == second
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_without_the_lock_it_becomes_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: both read the draft as not sent, and each writes a case and an e-mail."""

    def unlocked(actor: Any, reference: str, *, lock: bool = False) -> RequestDraft:
        return find_enquiry(actor, reference)

    monkeypatch.setattr(sending, "find_enquiry", unlocked)
    _two_tabs(monkeypatch)
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (2, 2)
