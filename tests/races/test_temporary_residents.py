"""Two people who do something with the same temporary resident's form, or bag of forms, at once (J11).

Two pairs are run without the lock, too, to see what it is for: two archive the same form and both are told that they
did; a form is routed to two practices, of which one never sees it. A download beside a withdrawal was tried without
the lock: the table of steps in the database refuses the second of them, with an error page in place of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, NotFound
from portal.records.places import own_place
from portal.records.temporary_residents.models import FormDownload, TemporaryForm
from portal.records.temporary_residents.services.archive_form import archive_form
from portal.records.temporary_residents.services.download_form import download_form
from portal.records.temporary_residents.services.route_form import route_form
from portal.records.temporary_residents.services.withdraw_form import withdraw_form
from portal.records.temporary_residents.tests.factories import a_form_for, clerk, downloaded, router, send
from portal.records.temporary_residents.tests.test_scanned_bags import labelled_bag, scan_bag, site_of
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
HERE = "portal.records.temporary_residents"


def _unlocked(actor: Any, reference: str) -> TemporaryForm:
    return TemporaryForm.objects.get(reference=reference)


def _without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    for where in ("locking", "services.route_form", "services.download_form"):
        monkeypatch.setattr(f"{HERE}.{where}.lock_form", _unlocked)


def _race(monkeypatch: pytest.MonkeyPatch, *jobs: Callable[[], Any]) -> list[Any]:
    """The jobs meet when each has read the form; with the lock the second reads it when the first is done."""
    meeting = Meeting()
    locking = __import__(f"{HERE}.locking", fromlist=["lock_form"]).lock_form

    def meet(actor: Any, reference: str) -> TemporaryForm:
        form: TemporaryForm = locking(actor, reference)
        meeting.wait()
        return form

    for where in ("locking", "services.route_form", "services.download_form"):
        monkeypatch.setattr(f"{HERE}.{where}.lock_form", meet)
    return at_once(*jobs)


def _two_archive(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    receiver = clerk()
    form = downloaded(receiver)
    return _race(monkeypatch, *[lambda: archive_form(receiver, form.reference)] * 2)


def _two_route(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    form = send(clerk())
    codes = [clerk().organisation_code for _ in range(2)]
    return _race(monkeypatch, *[lambda code=code: route_form(router(), form.reference, code) for code in codes])


def _download_and_withdraw(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    sender, receiver = clerk(), clerk()
    form = a_form_for(receiver, sender)
    return _race(
        monkeypatch,
        lambda: download_form(receiver, form.reference),
        lambda: withdraw_form(sender, form.reference),
    )


def _events(code: str) -> int:
    return AuditEvent.objects.filter(type=f"temporary_residents.{code}").count()


def test_a_form_is_archived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _two_archive(monkeypatch)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "TemporaryForm"]
    assert _events("archived") == 1


def test_without_the_lock_a_form_is_archived_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_lock(monkeypatch)
    assert [type(result).__name__ for result in _two_archive(monkeypatch)] == ["TemporaryForm"] * 2
    assert _events("archived") == 2


def test_a_form_is_routed_to_one_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _two_route(monkeypatch)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "TemporaryForm"]
    assert _events("arrived") == 1


def test_without_the_lock_a_form_is_routed_to_two(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_lock(monkeypatch)
    assert [type(result).__name__ for result in _two_route(monkeypatch)] == ["TemporaryForm"] * 2
    assert _events("arrived") == 2


def test_a_form_is_downloaded_or_withdrawn_and_never_both(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _download_and_withdraw(monkeypatch)
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(each) in (Conflict, NotFound) for each in refused] == [True], results
    form = TemporaryForm.objects.get()
    assert (form.state == "downloaded") == FormDownload.objects.exists()


def _two_couriers_scan(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    _, bag = labelled_bag()
    place = site_of(bag)
    for kind in ("courier", "hub"):  # the first to scan would enter them, and hold the second up
        own_place(kind)
    Meeting().after(monkeypatch, f"{HERE}.scanned_bags.judge_bag")
    results = at_once(*[lambda: scan_bag(bag, "collected", place)] * 2)
    set_scope("system")
    return sorted(each.outcome for each in results)


def test_a_bag_that_two_devices_scan_is_collected_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _two_couriers_scan(monkeypatch) == ["already", "applied"]
    assert AuditEvent.objects.filter(type="temporary_residents.bag_collected").count() == 1


def test_without_the_lock_it_is_collected_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen: both devices are told that they collected it, and the record says it twice."""
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda query, **named: query)
    assert _two_couriers_scan(monkeypatch) == ["applied", "applied"]
    assert AuditEvent.objects.filter(type="temporary_residents.bag_collected").count() == 2
