"""The other numbers an organisation goes by."""

from __future__ import annotations

from django.db import models

from portal.organisations.models.organisation import Organisation

IDENTIFIER_KINDS = {
    "location_id": "Location ID (dental)",
    "contractor_number": "Contractor number (ophthalmic)",
    "practice_code": "Practice code",
    "contract_number": "Contract number",
    "earlier_code": "Earlier code",
}


class OrganisationIdentifier(models.Model):
    """A number with its type: contractors quote several in correspondence (hazard 20)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.TextField(choices=IDENTIFIER_KINDS)
    value = models.TextField()

    class Meta:
        constraints = [
            # Two sites may share a number (a dental location has two practices), one site holds it once.
            models.UniqueConstraint(fields=["value", "kind", "organisation"], name="identifier_once")
        ]

    def __str__(self) -> str:
        return f"{IDENTIFIER_KINDS.get(self.kind, self.kind)} {self.value}"
