"""Holders, found or entered: a practice when it first has a record, the operator's own places by their codes."""

from __future__ import annotations

from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation
from portal.records.models import Holder
from portal.records.policy import records_policy
from portal.records.registrations.models import RegisteredPatient


def holder_of(organisation: Organisation) -> Holder:
    """The practice as a holder; entered when it has had no record before."""
    found, _ = Holder.objects.get_or_create(
        organisation=organisation,
        defaults={"code": organisation.code, "kind": "practice", "name": organisation.name},
    )
    return found


def home_of(patient: RegisteredPatient) -> Holder:
    """Where the record of a patient belongs: the practice where they are registered, or the store."""
    home = patient.registered_at
    return holder_of(home) if home is not None and not patient.has_died else own_place("store")


def own_place(kind: str) -> Holder:
    """The operator's usual ``courier``, ``hub`` or ``store``, as the policy names it."""
    code = next(code for code, each in _own_kinds().items() if each == kind)
    found, _ = Holder.objects.get_or_create(
        code=code, defaults={"kind": kind, "name": records_policy().names.get(code, code.title())}
    )
    return found


def _own_kinds() -> dict[str, str]:
    policy = records_policy()
    return {policy.courier: "courier", policy.hub: "hub", policy.store: "store"}


def is_place(code: str) -> bool:
    """Whether a record can be there: one of the operator's places, or a practice of the directory."""
    return (
        code in _own_kinds()
        or Holder.objects.filter(code=code).exists()
        or Organisation.objects.filter(code=code, contractor_type="gp").exists()
    )


def kind_of_place(code: str) -> str:
    """``practice``, ``hub``, ``store`` or ``courier``. Reads only; what is not known yet can be a practice only."""
    known = Holder.objects.filter(code=code).values_list("kind", flat=True).first()
    return _own_kinds().get(code) or known or "practice"


def place_with_code(code: str) -> Holder:
    """The place, entered when it has had no record before. Raises NotFound where ``is_place`` says no."""
    if (kind := _own_kinds().get(code)) is not None:
        return own_place(kind)
    if (found := Holder.objects.filter(code=code).first()) is not None:
        return found
    practice = Organisation.objects.filter(code=code, contractor_type="gp").first()
    if practice is None:
        raise NotFound
    return holder_of(practice)


def places_with_codes(codes: set[str]) -> dict[str, Holder]:
    """The places by their codes, those that have had no record before entered; without those that are no places."""
    found = {each.code: each for each in Holder.objects.filter(code__in=codes).select_related("organisation")}
    for code in codes - found.keys():
        if is_place(code):
            found[code] = place_with_code(code)
    return found


def couriers() -> list[tuple[str, str]]:
    """Code and name of every courier, the usual one too when it has carried nothing yet. Reads only."""
    policy = records_policy()
    known = dict(Holder.objects.filter(kind="courier").order_by("name").values_list("code", "name"))
    return list((known or {policy.courier: policy.names.get(policy.courier, policy.courier.title())}).items())


def known_place(code: str) -> Holder:
    """The place where a record has been. Reads only. Raises NotFound."""
    found = Holder.objects.filter(code=code).first()
    if found is None:
        raise NotFound("We do not know this place, or no record was ever there.")
    return found
