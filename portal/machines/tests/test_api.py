"""What machines send and read (J27, J28; issue 4)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal.foundation.audit.models import AuditEvent
from portal.machines import pace
from portal.machines.answering import forget_old_answers
from portal.machines.limits import MachineLimits
from portal.machines.models import GivenAnswer, Machine
from portal.machines.openapi import document, schema_of
from portal.machines.tests.factories import Program, a_scan
from portal.machines.views import calling
from portal.records.models import Label, Scan
from portal.records.places import own_place
from portal.records.registrations.models import RegistrationEvent
from portal.records.services.prepare_movement import mark_ready
from portal.records.tests.factories import a_movement, a_practice, labelled, nhs_number, operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


@pytest.fixture
def courier() -> Program:
    return Program()


@pytest.fixture
def label() -> Label:
    return labelled(a_movement())[0]


def _ready(label: Label) -> str:
    """The code of the place where the bag is."""
    return label.bag.movement.origin.code


def test_scans_move_bags_on_and_are_the_machines(courier: Program, label: Label) -> None:
    scan = a_scan(label.code, _ready(label))
    answer = courier.post("scans", {"scans": [scan]})
    assert answer.status_code == 200, answer.content
    assert answer.json()["scans"] == [
        {"key": scan["key"], "outcome": "applied", "means": "It moved the bag on", "discrepancies": []}
    ]
    label.bag.refresh_from_db()
    assert label.bag.state == "collected"
    event = AuditEvent.objects.get(type="records.scans_taken")
    assert (event.actor_name, event.actor_audience) == (f"Machine {courier.machine.name}", "machine")


def test_late_double_and_unordered_scans_do_no_harm(courier: Program, label: Label) -> None:
    here, there = _ready(label), label.bag.movement.destination.code
    now = timezone.now()
    collected = a_scan(label.code, here, at=(now - timedelta(hours=5)).isoformat())
    delivered = a_scan(label.code, there, "delivered", at=(now - timedelta(hours=1)).isoformat())
    first = courier.post("scans", {"scans": [delivered, collected]}).json()["scans"]
    assert [each["outcome"] for each in first] == ["applied", "applied"]
    again = courier.post("scans", {"scans": [collected, delivered]}).json()["scans"]
    assert [each["outcome"] for each in again] == ["repeated", "repeated"]
    assert Scan.objects.count() == 2


def test_what_does_not_fit_is_taken_and_named(courier: Program, label: Label) -> None:
    wrong = a_practice()
    courier.post("scans", {"scans": [a_scan(label.code, _ready(label))]})
    [answer] = courier.post("scans", {"scans": [a_scan(label.code, wrong.code, "delivered")]}).json()["scans"]
    assert [each["kind"] for each in answer["discrepancies"]] == ["wrong_place"]


def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(courier: Program, label: Label) -> None:
    body = {"scans": [a_scan(label.code, _ready(label))]}
    first = courier.post("scans", body, key="K1")
    second = courier.post("scans", body, key="K1")
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")
    other = courier.post("scans", {"scans": [a_scan(label.code, _ready(label))]}, key="K1")
    assert other.status_code == 422
    assert Scan.objects.count() == 1


def test_a_key_is_the_machines_own(courier: Program, label: Label) -> None:
    body = {"scans": [a_scan(label.code, _ready(label))]}
    courier.post("scans", body, key="K1")
    other = Program().post("scans", body, key="K1")
    assert other.headers.get("Idempotent-Replayed") is None
    assert other.json()["scans"][0]["outcome"] == "already"


def test_a_request_that_failed_may_be_sent_again_with_its_key(courier: Program, label: Label) -> None:
    assert courier.post("scans", {"scans": [a_scan(label.code, "NOWHERE")]}, key="K1").status_code == 422
    assert GivenAnswer.objects.count() == 0
    assert courier.post("scans", {"scans": [a_scan(label.code, _ready(label))]}, key="K1").status_code == 200


def test_answers_are_kept_for_thirty_days(courier: Program, label: Label) -> None:
    courier.post("scans", {"scans": [a_scan(label.code, _ready(label))]}, key="K1")
    assert forget_old_answers() == 0
    GivenAnswer.objects.update(given_at=timezone.now() - timedelta(days=31))
    assert forget_old_answers() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "received"}, "/scans/0/kind"),
        ({"kind": ["collected"]}, "/scans/0/kind"),
        ({"at": "yesterday"}, "/scans/0/at"),
        ({"at": "2026-11-24T09:30:00"}, "/scans/0/at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "/scans/0/at"),
        ({"label": ""}, "/scans/0/label"),
        ({"label": "x" * 41}, "/scans/0/label"),
        ({"key": "a\x00b"}, "/scans/0/key"),
        ({"place": 7}, "/scans/0/place"),
        ({"place": "ZZ9NONE"}, "/scans/0/place"),
        ({"patient": "9990000018"}, "/scans/0"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_nothing_is_taken(
    courier: Program, label: Label, change: dict[str, Any], pointer: str
) -> None:
    good = a_scan(label.code, _ready(label))
    answer = courier.post("scans", {"scans": [good | change, good]})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]
    assert "9990000018" not in answer.content.decode()
    assert Scan.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b"\xff\xfe", b"[" * 5000, b"null", b'{"scans": []}'])
def test_a_body_that_is_no_request_is_answered_as_a_problem(courier: Program, body: bytes) -> None:
    answer = courier.post("scans", body)
    assert answer.status_code in (400, 422)
    assert answer.json()["status"] == answer.status_code


def test_a_body_that_is_too_large_is_refused(courier: Program) -> None:
    assert courier.post("scans", b" " * 2_000_001).status_code == 413


def test_without_a_key_nothing_is_taken(courier: Program, label: Label) -> None:
    body = {"scans": [a_scan(label.code, _ready(label))]}
    answer = courier.post("scans", body, **{"Idempotency-Key": " " * 101})
    assert answer.status_code == 400
    assert Scan.objects.count() == 0


def test_a_manifest_says_what_to_collect_and_to_deliver(courier: Program, label: Label) -> None:
    here, there = _ready(label), label.bag.movement.destination.code
    assert courier.get(f"manifests/{here}").json() == {"place": here, "collect": [], "deliver": []}
    hub = Program("scans", place=own_place("hub"), name="Hub")
    assert hub.get(f"manifests/{here}").status_code == 403
    label.bag.movement.refresh_from_db()
    mark_ready(operator(), label.bag.movement.reference)
    assert courier.get(f"manifests/{here}").json()["collect"] == [label.code]
    courier.post("scans", {"scans": [a_scan(label.code, here)]})
    assert courier.get(f"manifests/{here}").json()["collect"] == []
    assert courier.get(f"manifests/{there}").json()["deliver"] == [label.code]
    assert courier.get("manifests/ZZ9NONE").status_code == 404


def test_a_movement_says_where_it_is_without_its_patient(courier: Program, label: Label) -> None:
    patient = label.bag.movement.record.patient
    answer = courier.get(f"movements/{label.bag.movement.reference}")
    assert answer.status_code == 200
    assert answer.json()["bags"][0]["label"] == label.code
    assert answer.json()["bags"][0]["held_by"] == _ready(label)
    for secret in (patient.nhs_number, patient.family_name):
        assert secret not in answer.content.decode()
    assert courier.get("movements/MV-0000-0000").status_code == 404


def test_registration_events_are_taken_as_the_command_takes_them() -> None:
    feed = Program("registrations")
    practice = a_practice()
    events = [
        {"kind": "G1", "reference": "E-1", "practice": practice.code, "nhs_number": nhs_number(71),
         "family_name": "ASQUITH", "born_on": "1946-07-23", "acceptance_type": "3"},
        {"kind": "G1", "reference": "E-2", "practice": "", "nhs_number": nhs_number(72)},
    ]  # fmt: skip
    answer = feed.post("registration-events", {"events": events}, key="K1")
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert [each["reference"] for each in said["transactions"]] == ["E-1"]
    assert len(said["rejected"]) == 1
    assert nhs_number(71) not in answer.content.decode()
    assert RegistrationEvent.objects.count() == 1
    again = feed.post("registration-events", {"events": events}, key="K2").json()
    assert again["transactions"][0]["effect"] == "already_imported"


def test_the_description_says_what_the_answers_are(courier: Program, label: Label) -> None:
    """Every address is described, and a real answer has exactly the members that the description gives it."""
    described = document()
    assert set(described["paths"]) == {"/scans", "/manifests/{place}", "/movements/{reference}", "/registration-events"}
    real = {
        "/scans": courier.post("scans", {"scans": [a_scan(label.code, _ready(label))]}).json(),
        "/manifests/{place}": courier.get(f"manifests/{_ready(label)}").json(),
        "/movements/{reference}": courier.get(f"movements/{label.bag.movement.reference}").json(),
        "/registration-events": Program("registrations").post("registration-events", {"events": [{}]}).json(),
    }
    for path, answer in real.items():
        [operation] = described["paths"][path].values()
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert _fits(answer, schema) == [], path
        assert operation["responses"].keys() >= {"401", "403", "422", "429"}
    assert courier.client.get("/api/v1/openapi.json").json() == json.loads(json.dumps(described))
    assert courier.client.get("/api/v1/status").json()["status"] == "ok"


def test_an_answer_with_another_member_does_not_fit() -> None:
    """The check above can fail."""
    schema = schema_of({"a": [{"b": 1}]})
    assert _fits({"a": [{"b": 1}]}, schema) == []
    assert _fits({"a": [{"b": "1"}]}, schema) and _fits({"a": [], "c": 1}, schema) and _fits({}, schema)


def _fits(value: Any, schema: dict[str, Any]) -> list[str]:
    """What does not fit; enough of JSON Schema for the documents that we make."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    if not isinstance(value, kinds[schema["type"]]):
        return [f"{value!r} is no {schema['type']}"]
    if schema["type"] == "object":
        wrong = [f"{name} is missing" for name in schema["required"] if name not in value]
        wrong += [f"{name} is not described" for name in value if name not in schema["properties"]]
        return wrong + [
            each for name, one in value.items() if name in schema["properties"]
            for each in _fits(one, schema["properties"][name])
        ]  # fmt: skip
    if schema["type"] == "array":
        return [each for one in value for each in _fits(one, schema["items"])]
    return []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["scans", "key", "kind", "label", "place", "at", "device", "x"]), inner, max_size=6
    ),
    max_leaves=12,
)  # fmt: skip


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_JSON)
def test_no_body_makes_an_error_of_ours(courier: Program, body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "machine_limits", lambda: MachineLimits(each_minute=10_000, at_once=10_000))
    for path in ("scans", "registration-events"):
        assert courier.post(path, {"scans": body} if path == "scans" else body).status_code < 500


def test_last_use_is_noted(courier: Program) -> None:
    courier.get("movements/MV-0000-0000")
    assert Machine.objects.get().last_used_at is not None


def test_a_database_that_is_away_is_said_as_a_problem_that_says_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """tests/faults stops a real one; a program got a page for people before."""

    def fail(*arguments: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(calling, "machine_with_token", fail)
    answer = Program("scans").post("scans", {"scans": []})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert int(answer["Retry-After"]) > 0
    assert "same key" in answer.json()["detail"]
