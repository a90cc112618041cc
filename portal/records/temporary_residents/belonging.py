"""Which practice a form concerns that names somebody whom the registrations do not know, for the access log (R2)."""

from __future__ import annotations

from portal.records.temporary_residents.models import TemporaryForm


def practices_of(references: list[str]) -> dict[str, set[int]]:
    """For each form's reference: the practice that has it. One query; none where no form is asked for."""
    wanted = [each for each in references if each.startswith("TR-")]
    if not wanted:
        return {}
    found = TemporaryForm.objects.filter(reference__in=wanted).exclude(destination=None)
    return {reference: {practice} for reference, practice in found.values_list("reference", "destination_id")}
