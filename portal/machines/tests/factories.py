"""Machines for tests, with a client that sends their token."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from portal.foundation.access.row_security import set_scope
from portal.machines.models import Machine
from portal.machines.scanner_cookie import cookie_name
from portal.machines.tokens import beginning_of, digest_of_token, new_token
from portal.records.api import Holder
from portal.records.places import own_place


class Program:
    """A machine and its way of calling."""

    def __init__(self, *scopes: str, place: Holder | None = None, **values: Any) -> None:
        self.token = new_token()
        self.machine = Machine.objects.create(
            name=values.pop("name", f"Machine {uuid.uuid4().hex[:6]}"),
            scopes=sorted(scopes or ("scans", "movements")),
            place=place or own_place("courier"),
            token_digest=digest_of_token(self.token),
            token_begins=beginning_of(self.token),
            token_ends_on=values.pop("token_ends_on", timezone.localdate() + timedelta(days=30)),
            admitted_by_name="A test",
            **values,
        )
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str, **headers: str) -> Any:
        answer = self.client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {self.token}", **headers})
        set_scope("system")  # the test goes on as itself
        return answer

    def post(self, path: str, body: Any, key: str = "", **headers: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.client.post(
            f"/api/v1/{path}", content, content_type="application/json",
            headers={
                "Authorization": f"Bearer {self.token}", "Idempotency-Key": key or uuid.uuid4().hex, **headers,
            },
        )  # fmt: skip
        set_scope("system")
        return answer


class Scanner:
    """A courier's scanner that is set up, and its browser's cookie."""

    def __init__(self, place: Holder | None = None, **values: Any) -> None:
        self.program = Program(place=place, uses_page=True, set_up_at=timezone.now(), **values)
        self.machine, self.token = self.program.machine, self.program.token
        self.client = Client(enforce_csrf_checks=True)
        self.client.cookies[cookie_name()] = self.token

    def get(self, path: str = "", **headers: str) -> Any:
        answer = self.client.get(f"/courier/{path}", headers=headers)
        set_scope("system")  # the test goes on as itself
        return answer

    def post_form(self, form: dict[str, Any]) -> Any:
        """The form for browsers without scripts, with its secret in order."""
        client = Client()
        client.cookies[cookie_name()] = self.token
        answer = client.post("/courier/", form)
        set_scope("system")
        return answer

    def send(self, *scans: dict[str, Any], key: str = "", courier: str = "", **headers: str) -> Any:
        assert self.machine.place is not None
        address = f"/courier/scans?courier={courier or self.machine.place.code}"
        body = json.dumps({"scans": scans}).encode()
        key = key or uuid.uuid4().hex
        answer = self.client.post(
            address, body, content_type="application/json", headers={"Idempotency-Key": key, **headers}
        )
        set_scope("system")
        return answer


def a_scan(label: str, place: str, kind: str = "collected", **values: Any) -> dict[str, Any]:
    """One scan as a device sends it."""
    return {
        "key": uuid.uuid4().hex, "kind": kind, "label": label, "place": place,
        "at": timezone.now().isoformat(), **values,
    }  # fmt: skip
