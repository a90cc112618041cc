"""The same request twice is carried out once: idempotency keys of machines (R3, trust 3.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from portal.machines.models import GivenAnswer, Machine
from portal.machines.problems import ApiProblem

KEPT_FOR = timedelta(days=30)
LONGEST_KEY = 100


def answer_once(
    machine: Machine, path: str, key: str, body: bytes, carry_out: Callable[[], tuple[int, str]]
) -> tuple[int, str, bool]:
    """Status and body for the key: carried out now, or as it was answered before; and whether it was before.

    What was done and its answer are one transaction: a request that failed leaves no answer, and may be sent again.
    A second arrival waits until the first has ended. Raises ApiProblem for a key that came with another body, and
    whatever ``carry_out`` raises.
    """
    digest = hashlib.sha256(body).digest()
    with transaction.atomic():
        if _claim(machine, path, key, digest):
            status, text = carry_out()
            GivenAnswer.objects.filter(machine=machine, path=path, key=key).update(status=status, body=text)
            return status, text, False
        earlier = GivenAnswer.objects.get(machine=machine, path=path, key=key)
        if bytes(earlier.request_digest) != digest:
            raise ApiProblem(422, "This idempotency key was used for another request. Send a new key.")
        return earlier.status, earlier.body, True


def _claim(machine: Machine, path: str, key: str, digest: bytes) -> bool:
    """Whether the key is new. Somebody who sends it at the same time waits here on the unique key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into machines_givenanswer (machine_id, path, key, request_digest, status, body, given_at)"
            " values (%s, %s, %s, %s, 0, '', now()) on conflict (machine_id, path, key) do nothing returning 1",
            [machine.pk, path, key, digest],
        )
        return cursor.fetchone() is not None


def forget_old_answers() -> int:
    """Takes away answers that nobody will ask for again; how many."""
    return GivenAnswer.objects.filter(given_at__lt=timezone.now() - KEPT_FOR).delete()[0]
