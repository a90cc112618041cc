"""Holders, found or entered: a practice when it first has a record, the operator's own places by their codes."""

from __future__ import annotations

from portal.organisations.models import Organisation
from portal.records.models import Holder
from portal.records.policy import records_policy


def holder_of(organisation: Organisation) -> Holder:
    """The practice as a holder; entered when it has had no record before."""
    found, _ = Holder.objects.get_or_create(
        organisation=organisation,
        defaults={"code": organisation.code, "kind": "practice", "name": organisation.name},
    )
    return found


def own_place(kind: str) -> Holder:
    """The operator's usual ``courier``, ``hub`` or ``store``, as the policy names it."""
    policy = records_policy()
    code = {"courier": policy.courier, "hub": policy.hub, "store": policy.store}[kind]
    found, _ = Holder.objects.get_or_create(
        code=code, defaults={"kind": kind, "name": policy.names.get(code, code.title())}
    )
    return found
