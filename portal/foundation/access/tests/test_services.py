"""A service commits only with a permission and an event."""

from __future__ import annotations

import pytest

from portal.foundation.access import OWN_ACCOUNT, Actor, nothing_changed, service, system_actor
from portal.foundation.access.services import SERVICES, ServiceLeftNoEvent
from portal.foundation.audit import EventType, record
from portal.foundation.audit.events import REGISTER
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Refused
from portal.foundation.workdays.models import Holiday

pytestmark = pytest.mark.django_db(transaction=True)
# Not declared: the register is what the reference pages are made from.
THING_DONE = EventType("tests.thing_done", "{actor} did {subject} {times} times", frozenset({"times"}))
ACTOR = system_actor("a test", OWN_ACCOUNT)


@service(OWN_ACCOUNT)
def add_holiday(actor: Actor, day: str, *, remember: bool, unchanged: bool = False) -> Holiday:
    """A service for these tests."""
    holiday = Holiday.objects.create(day=day, name="A day off")
    if remember:
        record(THING_DONE, actor=actor, subject=("holiday", day), times=1)
    if unchanged:
        nothing_changed()
    return holiday


@pytest.fixture(autouse=True)
def _known_for_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTER, THING_DONE.code, THING_DONE)


@pytest.fixture(autouse=True, scope="module")
def _forget_the_service() -> object:
    yield
    for name in [name for name in SERVICES if name.startswith(__name__)]:
        del SERVICES[name]


def test_a_service_that_leaves_an_event_commits_both() -> None:
    add_holiday(ACTOR, "2031-01-02", remember=True)
    assert Holiday.objects.filter(day="2031-01-02").exists()
    assert AuditEvent.objects.get(subject_reference="2031-01-02").sentence == "a test did 2031-01-02 1 times"


def test_a_service_that_forgets_its_event_commits_nothing() -> None:
    with pytest.raises(ServiceLeftNoEvent):
        add_holiday(ACTOR, "2031-01-03", remember=False)
    assert not Holiday.objects.filter(day="2031-01-03").exists()


def test_a_service_may_say_that_nothing_changed() -> None:
    add_holiday(ACTOR, "2031-01-04", remember=False, unchanged=True)


def test_a_service_refuses_before_it_does_anything() -> None:
    with pytest.raises(Refused):
        add_holiday(system_actor("nobody"), "2031-01-05", remember=True)
    assert not Holiday.objects.filter(day="2031-01-05").exists()


def test_an_event_outside_a_transaction_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(THING_DONE, actor=ACTOR, subject=("holiday", "x"), times=1)


def test_an_event_with_other_fields_than_its_type_is_an_error() -> None:
    with pytest.raises(ValueError, match="takes"):
        record(THING_DONE, actor=ACTOR, subject=("holiday", "x"), when=1)
