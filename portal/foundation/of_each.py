"""What hangs on each row of a list, counted for the rows that are shown: a join would count the whole list first."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def of_each(rows: QuerySet[Any], key: str, aggregate: Aggregate) -> Subquery | Coalesce:
    """For ``annotate``: the aggregate over the ``rows`` whose ``key`` is the row of the list. A count of none is 0."""
    counted = rows.filter(**{key: OuterRef("pk")}).order_by().values(key)
    found = Subquery(counted.annotate(found=aggregate).values("found"))
    return Coalesce(found, 0) if isinstance(aggregate, Count) else found
