"""Where a bag lies in a store: buildings, their shelves, and the boxes on them (J26)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from portal.records.models.holder import Holder
from portal.records.querysets import StoreQuerySet

CODE = r"^[A-Z0-9][A-Z0-9-]{0,19}$"  # what a bar code on a box says, and what people type
MOST_IN_A_BOX = 500

# A box cannot be made smaller than what lies in it. More bags than fit: see RecordPart.
_STILL_FITS = """
    IF (SELECT count(*) FROM records_recordpart WHERE box_id = NEW.id) > NEW.capacity THEN
        RAISE EXCEPTION 'box % would be smaller than what lies in it', NEW.code;
    END IF;
    RETURN NULL;
"""


class Building(models.Model):
    """A building of a store. A composite foreign key holds its shelves to the same store (migration)."""

    store = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+")
    code = models.TextField(unique=True)
    name = models.TextField()

    objects: ClassVar[models.Manager[Building]] = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="building_code_can_be_scanned"),
            models.UniqueConstraint(fields=["id", "store"], name="building_of_store"),
        ]

    def __str__(self) -> str:
        return self.code


class Shelf(models.Model):
    """A shelf, or an aisle of them. People walk along them in the order of the codes."""

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="shelves", db_index=False)
    store = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.TextField()

    objects: ClassVar[models.Manager[Shelf]] = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["building_id", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="shelf_code_can_be_scanned"),
            models.UniqueConstraint(fields=["building", "code"], name="shelf_code_once_in_a_building"),
            models.UniqueConstraint(fields=["id", "store"], name="shelf_of_store"),
        ]

    def __str__(self) -> str:
        return self.code


class Box(models.Model):
    """A box on one shelf. ``capacity`` is in bags; the database lets no more in (RecordPart, ``box_has_room``)."""

    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="boxes")
    store = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.TextField(unique=True)
    capacity = models.PositiveSmallIntegerField()

    objects: ClassVar[models.Manager[Box]] = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="box_code_can_be_scanned"),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=MOST_IN_A_BOX), name="box_holds_some_bags"
            ),
            # What the foreign key of a part points at: a part is in a box of the store that has it.
            models.UniqueConstraint(fields=["id", "store"], name="box_of_store"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="still_fits", when=pgtrigger.After, operation=pgtrigger.UpdateOf("capacity"), func=_STILL_FITS
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def reference(self) -> str:
        """Its public reference: the code."""
        return self.code

    @property
    def where(self) -> str:
        """Building, shelf and box, in the order of the walk."""
        return f"{self.shelf.building.code}, shelf {self.shelf.code}, box {self.code}"
