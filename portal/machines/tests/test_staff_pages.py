"""Machines, as a Service Manager keeps them (J27)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.casework.tests.factories import staff_member
from portal.foundation.audit.models import AuditEvent
from portal.machines.models import Machine
from portal.machines.tests.factories import Program
from portal.machines.tokens import digest_of_token
from portal.records.places import own_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]
BASE = "/staff/machines/"


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    return sign_in(staff_member("service_manager"))


def _form(**values: object) -> dict[str, object]:
    day = timezone.localdate() + timedelta(days=90)
    return {
        "name": "Vans", "scopes": ["scans", "movements"], "place": own_place("courier").code.lower(),
        "token_ends_on_day": day.day, "token_ends_on_month": day.month, "token_ends_on_year": day.year, **values,
    }  # fmt: skip


def test_the_token_is_shown_once_and_works(manager: Client) -> None:
    page = manager.post(f"{BASE}admit/", _form()).content.decode()
    found = re.search(r"pcsp_[\w-]{43}", page)
    assert found is not None
    machine = Machine.objects.get()
    assert bytes(machine.token_digest) == digest_of_token(found[0])
    assert found[0] not in manager.get(f"{BASE}{machine.reference}/").content.decode()
    assert found[0] not in str(list(AuditEvent.objects.values_list("payload", flat=True)))
    answer = Client().get("/api/v1/movements/X", headers={"Authorization": f"Bearer {found[0]}"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"place": ""}, "Enter the code of the courier"),
        ({"place": "NOWHERE"}, "We do not know this place."),
        ({"scopes": []}, "Choose at least one thing."),
        ({"name": ""}, "Enter a name."),
        ({"token_ends_on_year": 2020}, "Choose a day from today"),
        ({"token_ends_on_year": 2120}, "Choose a day from today"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    manager: Client, change: dict[str, object], sentence: str
) -> None:
    answer = manager.post(f"{BASE}admit/", _form(**change))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Machine.objects.count() == 0


def test_a_name_is_used_once(manager: Client) -> None:
    Program(name="Vans")
    answer = manager.post(f"{BASE}admit/", _form())
    assert answer.status_code == 409
    assert Machine.objects.count() == 1


def test_a_new_token_stops_the_one_before(manager: Client) -> None:
    program = Program()
    day = _form()
    page = manager.post(f"{BASE}{program.machine.reference}/token/", day).content.decode()
    found = re.search(r"pcsp_[\w-]{43}", page)
    assert found is not None
    assert program.get("movements/X").status_code == 401
    program.token = found[0]
    assert program.get("movements/X").status_code == 404


def test_access_ends_with_a_reason_for_good(manager: Client) -> None:
    program = Program()
    address = f"{BASE}{program.machine.reference}/end/"
    assert manager.post(address, {"reason": ""}).status_code == 422
    assert (
        "Its access has ended." in manager.post(address, {"reason": "A van was stolen."}, follow=True).content.decode()
    )
    assert program.get("movements/X").status_code == 401
    assert manager.post(address, {"reason": "Again."}).status_code == 409
    assert manager.post(f"{BASE}{program.machine.reference}/token/", _form()).status_code == 409


def test_a_stale_second_factor_is_asked_for_again(sign_in: SignIn) -> None:
    client = sign_in(staff_member("service_manager"), minutes_ago=60)
    answer = client.post(f"{BASE}admit/", _form())
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert Machine.objects.count() == 0


def test_nobody_else_sees_machines(sign_in: SignIn) -> None:
    assert sign_in(staff_member("records_operator")).get(BASE).status_code == 403
