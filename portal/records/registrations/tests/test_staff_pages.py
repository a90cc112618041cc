"""The staff's pages of registration events: who sees them, what they say, at what cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.organisations.tests.factories import OperatorFactory
from portal.records.registrations.models import RegistrationEvent, RegistrationImport, RejectedTransaction
from portal.records.registrations.tests.factories import (
    HERE,
    THERE,
    from_authority,
    from_practice,
    practices,
    standing,
    take,
)
from portal.records.registrations.tests.samples import NUMBER, acceptance, deduction

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


def _waiting() -> RegistrationEvent:
    practices()
    take(from_practice("G1", acceptance(kind="3", practice=HERE)))
    return RegistrationEvent.objects.get()


def test_naming_the_holder_asks_it_to_send_and_ends_the_wait(clerk: Client) -> None:
    event = _waiting()
    response = clerk.post(f"{QUESTIONS}{event.reference}/", {"holder": "y90002", "note": "The patient told us."})
    assert response.status_code == 302
    assert standing() == [(THERE, HERE)]
    assert event.reference not in _text(clerk, QUESTIONS)
    assert take(from_authority("F2", deduction(practice=THERE, reason="2"))) == ["already_moving"]


@pytest.mark.django_db(transaction=True)  # a service that refuses ends its transaction
@pytest.mark.parametrize(
    ("holder", "note", "sentence"),
    [
        ("NOBODY", "x", "Enter the ODS code of a GP practice"),
        (HERE, "x", "the practice that waits for the record"),
        (THERE, "", "Enter what you found out"),
    ],
)
def test_what_is_typed_wrong_comes_back_with_a_sentence(clerk: Client, holder: str, note: str, sentence: str) -> None:
    event = _waiting()
    response = clerk.post(f"{QUESTIONS}{event.reference}/", {"holder": holder, "note": note})
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page and holder in page
    assert standing() == []


@pytest.mark.django_db(transaction=True)
def test_an_event_is_settled_once(clerk: Client) -> None:
    event = _waiting()
    address = f"{QUESTIONS}{event.reference}/"
    assert clerk.post(address, {"holder": "", "note": "There is no paper record."}).status_code == 302
    assert clerk.post(address, {"holder": THERE, "note": "It was there."}).status_code == 409
    assert clerk.get(address).status_code == 404
    assert standing() == []


def test_who_only_reads_may_not_settle(sign_in: Callable[..., Client]) -> None:
    event = _waiting()
    client = sign_in(organisation=OperatorFactory(), roles=["auditor"])
    assert "Settle it" not in _text(client, QUESTIONS)
    assert client.post(f"{QUESTIONS}{event.reference}/", {"note": "x"}).status_code == 403
