"""An organisation as the newest release says it is. What it was before is in OrganisationVersion."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from portal.organisations.kinds import CONTRACTOR_TYPES, KINDS, STATUSES, Kind
from portal.organisations.querysets import OrganisationQuerySet

# Dates that releases hold where nobody knew the real one (FINDINGS 10, hazard 14).
DEFAULT_OPENINGS = frozenset({date(1900, 1, 1), date(1948, 1, 1), date(1974, 4, 1), date(2006, 4, 1)})


class Organisation(models.Model):
    """Anything with an ODS code: a practice, a branch, a pharmacy, a commissioner, the operator itself.

    ``code`` is text, upper case and trimmed; no column is sized from the specification, because real
    releases broke it (hazard 12). Rows are never deleted: orders and records point at closed sites too.
    ``parent_code`` is what the release says; ``parent`` is set as soon as that organisation is known.

    The row is also the open period of its own history: ``valid_from`` is the earliest release that said
    what it says now, ``last_seen_on`` the newest that still did (the day of entry for one entered by hand).
    """

    code = models.TextField(db_collation="C")  # "C": compared byte by byte, and one index serves prefixes too
    name = models.TextField()
    kind = models.TextField()
    contractor_type = models.TextField(blank=True)
    status = models.TextField()
    address_lines = ArrayField(models.TextField(), default=list, blank=True)
    postcode = models.TextField(blank=True)
    postcode_is_valid = models.BooleanField(default=True)
    telephone = models.TextField(blank=True)
    email = models.TextField(blank=True)
    parent_code = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="branches",
        db_index=False,  # a partial index below: most rows have no parent
        db_constraint=False,  # see Meta.triggers
    )
    commissioner_code = models.TextField(blank=True)
    geography_code = models.TextField(blank=True)
    region_code = models.TextField(blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    roles = ArrayField(models.TextField(), default=list, blank=True)
    valid_from = models.DateField(default=timezone.localdate)
    last_seen_on = models.DateField(default=timezone.localdate)

    objects: ClassVar[models.Manager[Organisation]] = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="organisation_code_once"),
            # A counted pattern, {1,12}, takes PostgreSQL three times as long.
            models.CheckConstraint(
                condition=models.Q(code__regex="^[A-Z0-9]+$") & models.Q(LessThanOrEqual(Length("code"), 12)),
                name="organisation_code_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(contractor_type__in=["", *CONTRACTOR_TYPES]), name="organisation_contractor_type"
            ),
            models.CheckConstraint(condition=models.Q(status__in=list(STATUSES)), name="organisation_status"),
        ]
        # No index on names: 50,000 are read through in 13 ms, and a trigram index doubled the import's time.
        indexes = [
            models.Index(fields=["parent"], condition=models.Q(parent__isnull=False), name="organisation_by_parent")
        ]
        # No row is ever deleted, so a parent cannot vanish either; a foreign key would queue a check for
        # each of 50,000 imported rows (a tenth of the import's time) to find what this makes certain.
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def reference(self) -> str:
        """The public reference, as events use it."""
        return self.code

    @property
    def kind_row(self) -> Kind:
        """The row of the table of kinds."""
        return KINDS[self.kind]

    @property
    def address(self) -> list[str]:
        """The address as lines to display, postcode last."""
        return [line for line in (*self.address_lines, self.postcode.strip()) if line]

    @property
    def closing_date_has_passed(self) -> bool:
        """Whether the closing date is over, whatever the status says (ten real pharmacies: hazard 6)."""
        return self.closed_on is not None and self.closed_on < timezone.localdate()

    @property
    def accepts_orders(self) -> bool:
        """Whether supplies may be ordered for it: open, of a kind that orders, closing date not passed."""
        return self.status == "active" and self.kind_row.may_order and not self.closing_date_has_passed

    @property
    def real_opening(self) -> date | None:
        """The opening date, or None where the release only holds a default such as 1 April 1974."""
        return None if self.opened_on in DEFAULT_OPENINGS else self.opened_on
