"""The staff's pages of registration events: who sees them, what they say, at what cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.organisations.tests.factories import OperatorFactory
from portal.records.registrations.models import RegistrationImport, RejectedTransaction
from portal.records.registrations.tests.factories import HERE, from_practice, practices, take
from portal.records.registrations.tests.samples import NUMBER, acceptance

pytestmark = pytest.mark.django_db
LIST = "/staff/registrations/"
QUESTIONS = f"{LIST}questions/"


@pytest.fixture
def clerk(sign_in: Callable[..., Client]) -> Client:
    """A data manager's client."""
    return sign_in(organisation=OperatorFactory(), roles=["data_manager"])


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def _run(name: str = "events.csv", **reasons: str) -> RegistrationImport:
    run = RegistrationImport.objects.create(file_name=name, actor_name="Night job", rejected=len(reasons))
    for position, reason in reasons.items():
        RejectedTransaction.objects.create(source=run, position=position, reason=reason)
    return run


def test_a_rejected_part_is_shown_with_what_to_do(clerk: Client) -> None:
    run = _run(line="The NHS number fails its check digit: it was mistyped, or it is an example.")
    page = _text(clerk, f"{LIST}imports/{run.reference}/")
    assert "fails its check digit" in page
    assert "Never guess it" in page


def test_the_list_can_be_narrowed_to_files_with_something_to_do(clerk: Client) -> None:
    _run("good.csv")
    _run("bad.csv", line="The reference is missing.")
    assert "good.csv" in _text(clerk, LIST)
    narrowed = _text(clerk, f"{LIST}?show=rejected")
    assert "bad.csv" in narrowed and "good.csv" not in narrowed


def test_an_import_that_was_stopped_says_how_to_go_on(clerk: Client) -> None:
    assert "goes on where it stopped" in _text(clerk, f"{LIST}imports/{_run().reference}/")


def test_an_event_that_waits_for_a_person_is_listed_without_the_patients_name_or_number(clerk: Client) -> None:
    practices()
    assert take(from_practice("G1", acceptance(kind="3", practice=HERE))) == ["previous_practice_sought"]
    page = _text(clerk, QUESTIONS)
    assert "Find out who holds the record" in page
    assert NUMBER not in page and "ASQUITH" not in page


@pytest.mark.parametrize("address", [LIST, QUESTIONS])
def test_empty_pages_say_so(address: str, clerk: Client) -> None:
    assert "No " in _text(clerk, address)


def test_who_may_not_see_imports_is_refused(sign_in: Callable[..., Client]) -> None:
    client = sign_in(organisation=OperatorFactory(), roles=["warehouse_operator"])
    assert client.get(LIST).status_code == 403


def test_the_lists_cost_the_same_however_long_they_are(clerk: Client) -> None:
    def cost() -> list[int]:
        found = []
        for address in (LIST, f"{LIST}imports/{run.reference}/", QUESTIONS):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                _text(clerk, address)
            found.append(len(queries))
        return found

    practices()
    run = _run("first.csv", line="The reference is missing.")
    take(from_practice("G1", acceptance(kind="3", practice=HERE, transaction="1")))
    cost()
    before = cost()
    for number in range(2, 12):
        _run(f"{number}.csv", line="The reference is missing.")
        RejectedTransaction.objects.create(source=run, position=str(number), reason="The reference is missing.")
        unnumbered = acceptance(kind="3", practice=HERE, transaction=str(number), number="", family=f"FAMILY{number}")
        take(from_practice("G1", unnumbered))
    assert cost() == before
