"""Which practices a patient concerns now, for the access log: each of them reads who looked (R2, trust 5.2)."""

from __future__ import annotations

from collections import defaultdict

from portal.records.models import Movement, RecordPart
from portal.records.registrations.models import RegisteredPatient


def organisations_of(references: list[str]) -> dict[str, set[int]]:
    """For each patient's reference: where they are registered, and who has, sends or awaits a part of the record.

    Whoever turned out to be another patient belongs where that one does. Four queries. The caller may see every row
    (``system_scope``).
    """
    merged = RegisteredPatient.objects.filter(reference__in=references, merged_into__isnull=False)
    today = dict(merged.values_list("reference", "merged_into__reference"))
    wanted = {*references, *today.values()}
    found: dict[str, set[int]] = defaultdict(set)
    patients = RegisteredPatient.objects.filter(reference__in=wanted)
    parts = RecordPart.objects.filter(record__patient__reference__in=wanted)
    movements = Movement.objects.filter(record__patient__reference__in=wanted, ended_at=None)
    for reference, *organisations in (
        *patients.values_list("reference", "registered_at_id", "record_at_id"),
        *parts.values_list("record__patient__reference", "organisation_id"),
        *movements.values_list("record__patient__reference", "origin_organisation_id", "destination_organisation_id"),
    ):
        found[reference].update(each for each in organisations if each is not None)
    for reference, who in today.items():
        found[reference] |= found[who]
    return {reference: found[reference] for reference in references if reference in found}
