"""What travels: one store's part of one order, in one shipment."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Replace, Upper
from django.utils import timezone

from portal.foundation.web.filters import day
from portal.organisations.models import Organisation
from portal.supplies.models.boxes_add_up import boxes_add_up
from portal.supplies.models.order import Order, OrderLine
from portal.supplies.models.pick_wave import PickWave
from portal.supplies.models.stock import StockLevel, Store
from portal.supplies.querysets import ConsignmentQuerySet
from portal.supplies.states import CONSIGNMENT


class Consignment(models.Model):
    """One shipment (J25). ``packages`` is the number of boxes; ``received_by`` who took it in at the door.

    ``by_box`` is false for shipments from before it was kept what lies in which box.
    ``disputed_at`` is when a problem with the whole of it was last reported; it stays when that is settled.
    """

    reference = models.TextField(unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="consignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    wave = models.ForeignKey(PickWave, on_delete=models.PROTECT, null=True, blank=True, related_name="consignments")
    state = models.TextField(choices=CONSIGNMENT.choices, default=CONSIGNMENT.initial)
    created_at = models.DateTimeField(default=timezone.now)
    picked_by_name = models.TextField(blank=True)
    packed_at = models.DateTimeField(null=True)
    packages = models.PositiveSmallIntegerField(default=1)
    by_box = models.BooleanField(default=True)
    carrier = models.TextField(blank=True)
    carrier_reference = models.TextField(blank=True)
    dispatched_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    received_by = models.TextField(blank=True)
    delivery_note = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_name = models.TextField(blank=True)
    disputed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Consignment]] = ConsignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="consignment_queue"),
            models.Index(fields=["organisation", "state"], name="consignment_by_organisation"),
            # With what the list of manifests adds up, so that it need not read every parcel of two weeks.
            models.Index(
                fields=["dispatched_at"],
                name="consignment_by_dispatch",
                include=["carrier", "packages", "organisation"],
            ),
            # How carriers' files find it: they print blanks and small letters as they like.
            models.Index(
                Upper(Replace("carrier_reference", Value(" "), Value(""))), name="consignment_by_carrier_number"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CONSIGNMENT.states)), name="consignment_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["picking", "packed", "cancelled"])
                | (Q(dispatched_at__isnull=False) & ~Q(carrier="")),
                name="consignment_dispatched_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "received"])
                | (Q(delivered_at__isnull=False) & ~Q(received_by="")),
                name="consignment_delivered_to_somebody",
            ),
            models.CheckConstraint(condition=Q(packages__gte=1), name="consignment_has_packages"),
        ]
        triggers: ClassVar = [
            CONSIGNMENT.trigger(),
            boxes_add_up("NEW.id", pgtrigger.UpdateOf("state", "packages", "by_box")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return CONSIGNMENT.states[self.state].label


class ConsignmentLine(models.Model):
    """Packs of one order line in one consignment, from one shelf.

    ``quantity`` is to be picked, ``picked`` was scanned or typed, ``received`` was confirmed at the
    site (None until then). ``was_short`` stays true when the rest has come later.
    """

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="consignment_lines")
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(null=True)
    was_short = models.BooleanField(default=False)

    class Meta:
        ordering = ["line__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "line"], name="consignment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="consignment_line_positive"),
            models.CheckConstraint(condition=Q(picked__lte=models.F("quantity")), name="consignment_line_not_over"),
        ]
        triggers: ClassVar = [boxes_add_up("NEW.consignment_id", pgtrigger.Insert | pgtrigger.UpdateOf("picked"))]

    def __str__(self) -> str:
        return f"{self.picked} of {self.quantity}"

    @property
    def batch_words(self) -> list[str]:
        """What a picker is told beside an item: how many of which batch. Empty for items without batches."""
        picks = sorted(self.batch_picks.all(), key=lambda pick: pick.id)
        words = [
            f"{pick.quantity} of batch {pick.batch.code}, last date {day(pick.batch.expires_on)}"
            for pick in picks
            if pick.batch.code
        ]
        if loose := sum(pick.quantity for pick in picks if not pick.batch.code):
            words.append(f"{loose} of a batch that is not recorded: read the date on the box")
        return words
