"""An order: what one site asked for at one moment. State lives on its lines; ``state`` here is derived."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.querysets import OrderQuerySet
from portal.supplies.states import NOT_DELIVERED, OPEN_TO_PICKING, ORDER_LINE


class ApprovalRoute(models.TextChoices):
    """Who decides an order that needs approval."""

    NONE = "", "No approval needed"
    SITE = "site", "Somebody else at the site"
    OPERATOR = "operator", "The operator, because nobody else at the site can"


class SubstitutesChoice(models.TextChoices):
    """Whether a site takes something else for what is out of stock."""

    YES = "yes", "Substitutes are accepted"
    ASK = "ask", "The site is asked each time"
    NO = "no", "No substitutes"


class Order(models.Model):
    """One order. The delivery address is a copy: the directory may change, the order does not.

    ``submission`` is the check page's token: the same submission can make only one order (R3).
    ``state`` is derived from the lines by ``services.derive_state`` in the transaction that changes one.
    ``joint`` is set where it was placed together with orders of other sites. ``pick_store`` is derived like ``state``:
    the store that picks next for it, None while nothing of it can be picked.
    """

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    submission = models.UUIDField(unique=True)
    state = models.TextField(choices=ORDER_LINE.choices)
    placed_at = models.DateTimeField(default=timezone.now)
    placed_by_id = models.BigIntegerField()
    placed_by_name = models.TextField()
    placed_by_email = models.TextField()
    delivery_name = models.TextField()
    delivery_lines = ArrayField(models.TextField())
    delivery_postcode = models.TextField()
    approval_route = models.TextField(choices=ApprovalRoute.choices, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True)
    decision_reason = models.TextField(blank=True)
    promised_on = models.DateField(null=True)
    substitutes = models.TextField(choices=SubstitutesChoice.choices, default=SubstitutesChoice.ASK)
    joint = models.ForeignKey("supplies.JointOrder", on_delete=models.PROTECT, null=True, related_name="orders")
    pick_store = models.ForeignKey(
        "supplies.Store", on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    objects: ClassVar[models.Manager[Order]] = OrderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-id"], name="order_by_organisation"),
            models.Index(fields=["organisation", "state", "-id"], name="order_by_organisation_state"),
            models.Index(fields=["state", "id"], name="order_queue"),
            # What staff works on, whatever the years have left behind it.
            models.Index(
                fields=["id"],
                name="order_to_pick",
                condition=Q(pick_store__isnull=False),
                include=["organisation", "pick_store", "delivery_postcode", "promised_on"],
            ),
            models.Index(
                fields=["id"],
                name="order_to_decide",
                condition=Q(state="awaiting_approval", approval_route="operator"),
                include=["organisation"],
            ),
            models.Index(fields=["promised_on"], name="order_promised", condition=Q(state__in=NOT_DELIVERED)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ORDER_LINE.states)), name="order_state_known"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by_id=None)
                | Q(decided_at__isnull=False, decided_by_id__isnull=False),
                name="order_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=models.F("placed_by_id")),
                name="order_not_decided_by_orderer",
            ),
            models.CheckConstraint(condition=Q(approval_route__in=ApprovalRoute.values), name="order_route_known"),
            models.CheckConstraint(
                condition=Q(substitutes__in=SubstitutesChoice.values), name="order_substitutes_known"
            ),
            models.UniqueConstraint(fields=["joint", "organisation"], name="order_joint_site_once"),
            models.CheckConstraint(
                condition=Q(pick_store=None) | Q(state__in=OPEN_TO_PICKING), name="order_pick_store_while_open"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The derived state in words."""
        return ORDER_LINE.states[self.state].label


def _first_promise_stays() -> pgtrigger.Trigger:
    """The first promise is kept where no service can forget or better it: late is late, whatever was promised later.

    What is sent instead of a line was promised when that line was.
    """
    return pgtrigger.Trigger(
        name="first_promise_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF TG_OP = 'UPDATE' AND OLD.first_promised_on IS NOT NULL THEN
                NEW.first_promised_on := OLD.first_promised_on;
            ELSIF NEW.state IN ('awaiting_approval', 'rejected', 'cancelled') THEN
                NEW.first_promised_on := NULL;
            ELSE
                NEW.first_promised_on := coalesce(
                    (SELECT l.first_promised_on FROM supplies_orderline l WHERE l.id = NEW.substitute_for_id),
                    NEW.promised_on
                );
            END IF;
            RETURN NEW;
        """,
    )


class OrderLine(models.Model):
    """One item of an order, in packs.

    ``quantity`` was asked for; of it ``dispatched`` left the store, ``delivered`` arrived, ``received``
    was confirmed, ``cancelled`` will not come; ``substituted`` of those are sent as another item, by a line whose
    ``substitute_for`` is this one. What is open and reserved stands in Reservation.
    The item's name and pack are copies, as they were when the order was placed. ``first_promised_on`` is the first
    date that was promised for an order that needs no more approval, or for the line this one is sent instead of; a
    trigger sets it, and nothing changes it (J30).
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("supplies.CatalogueItem", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    item_code = models.TextField()
    item_name = models.TextField()
    unit = models.TextField()
    pack_size = models.PositiveIntegerField()
    state = models.TextField(choices=ORDER_LINE.choices)
    quantity = models.PositiveIntegerField()
    dispatched = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    substituted = models.PositiveIntegerField(default=0)
    substitute_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="sent_as")
    reason = models.TextField(blank=True)
    promised_on = models.DateField(null=True)
    first_promised_on = models.DateField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    placed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["order_id", "position"]
        indexes = [
            models.Index(fields=["organisation", "item", "placed_at"], name="line_allowance"),
            models.Index(fields=["item", "id"], name="line_waiting", condition=Q(state="back_ordered")),
            models.Index(fields=["first_promised_on"], name="line_first_promise"),
            models.Index(fields=["organisation", "first_promised_on", "placed_at"], name="line_of_site_promised"),
            models.Index(fields=["placed_at"], name="line_no_promise", condition=Q(first_promised_on=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.UniqueConstraint(fields=["order", "item"], name="line_item_once"),
            models.CheckConstraint(condition=Q(state__in=list(ORDER_LINE.states)), name="line_state_known"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(delivered__lte=models.F("dispatched"))
                & Q(dispatched__lte=models.F("quantity") - models.F("cancelled")),
                name="line_quantities_add_up",
            ),
            models.CheckConstraint(
                condition=Q(substituted__lte=models.F("cancelled")), name="line_substituted_is_not_sent"
            ),
            models.CheckConstraint(
                condition=Q(cancelled=0) | Q(cancelled_at__isnull=False), name="line_cancelled_at_a_time"
            ),
        ]
        triggers: ClassVar = [ORDER_LINE.trigger(), _first_promise_stays()]

    def __str__(self) -> str:
        return f"{self.item_code} x {self.quantity}"

    @property
    def outstanding(self) -> int:
        """Packs that still have to leave the store."""
        return self.quantity - self.dispatched - self.cancelled

    @property
    def state_label(self) -> str:
        """The state in words."""
        return ORDER_LINE.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return ORDER_LINE.states[self.state].colour


class Reservation(models.Model):
    """Packs in a store that are promised to an order line, until they are dispatched or set free."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="reservations")
    level = models.ForeignKey("supplies.StockLevel", on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "level"], name="reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="reservation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for line {self.line_id}"
