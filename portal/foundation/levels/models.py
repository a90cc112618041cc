"""The published counts. What is read by anybody is added up from these rows, and from nothing else."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

# No published number comes from fewer sites than this. The database refuses such a row.
LEAST_SITES = 5


class LevelCount(models.Model):
    """What ``sites`` sites had counted in one month: of ``counted`` things ``met`` were as promised.

    ``area`` is the commissioner's code. An empty ``area``, ``contractor_type`` or ``kind`` stands for several together:
    those that are too small to stand alone. Rows do not overlap, so whoever subtracts what is published from what is
    published gets rows again, and each is of several sites. ``days`` is used by measures of a duration: one row for
    each number of days.
    """

    source = models.TextField()
    month = models.DateField()
    area = models.TextField(blank=True)
    contractor_type = models.TextField(blank=True)
    kind = models.TextField(blank=True)
    measure = models.TextField()
    days = models.PositiveSmallIntegerField(default=0)
    counted = models.PositiveIntegerField()
    met = models.PositiveIntegerField(default=0)
    sites = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "source", "area", "contractor_type", "kind", "measure", "days"], name="level_once"
            ),
            models.CheckConstraint(condition=Q(sites__gte=LEAST_SITES), name="level_of_several_sites"),
            models.CheckConstraint(condition=Q(month__day=1), name="level_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(met__lte=F("counted")), name="level_met_of_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.measure} {self.month}: {self.met} of {self.counted}"


class CountedMonth(models.Model):
    """That a month was counted, when, and whether it may still change."""

    source = models.TextField()
    month = models.DateField()
    counted_at = models.DateTimeField()
    is_final = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "month"], name="counted_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="counted_month_is_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.month}"
