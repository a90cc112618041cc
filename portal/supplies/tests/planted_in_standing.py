"""Harm that a hand in the database does to standing orders, for the test of the invariants."""

from __future__ import annotations

from django.db import connection

from portal.supplies.models import StandingDate
from portal.supplies.tests.factories import contractor_actor, place, set_up_standing
from portal.supplies.tests.stock_books import shelf


def give_it_another_sites_order() -> None:
    """The page of a date leads to an order of somebody else."""
    item = shelf(10).item
    standing, other = set_up_standing(contractor_actor(), (item, 1)), place(contractor_actor(), (item, 1))
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute('alter table "supplies_standingdate" disable trigger user')
    StandingDate.objects.create(standing=standing, due_on=standing.first_on, outcome="placed", order=other)
