"""An NHS number that another replaced."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from portal.foundation.audit.looking import holds_patient
from portal.records.registrations.models.registration_event import RegistrationEvent
from portal.records.registrations.querysets import OperatorOnlyQuerySet

# The lock comes first: two that close a loop together would each not see the other.
_NO_LOOP = """
perform pg_advisory_xact_lock(hashtextextended('superseded numbers', 0));
if exists (
    with recursive onward(number) as (
        select new.replaced_by
        union
        select next.replaced_by from registrations_supersedednumber next join onward on next.number = onward.number
    ) select 1 from onward where number = new.number
) then
    raise exception 'a number would replace itself' using errcode = 'check_violation';
end if;
return new;
"""


@holds_patient("number", "replaced_by", reference="said_by.reference")
class SupersededNumber(models.Model):
    """``number`` is nobody's any more: its patient has ``replaced_by``, or what replaced that. Kept for good.

    There may be no such patient here: the fact serves events that come later.
    """

    number = models.TextField(unique=True)
    replaced_by = models.TextField()
    said_at = models.DateTimeField()
    said_by = models.OneToOneField(RegistrationEvent, on_delete=models.PROTECT, related_name="supersession")

    objects: ClassVar[models.Manager[SupersededNumber]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex="^[0-9]{10}$", replaced_by__regex="^[0-9]{10}$"),
                name="superseded_number_shape",
            ),
            models.CheckConstraint(condition=~Q(number=F("replaced_by")), name="superseded_by_another"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(name="no_loop", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_NO_LOOP),
        ]

    def __str__(self) -> str:
        return f"superseded number {self.pk}"  # never the number: this text ends up in logs
