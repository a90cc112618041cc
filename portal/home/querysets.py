"""Reads of the notices. They belong to no organisation, so there is no scope to keep."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.home.models import ServiceNotice


def notices_newest_first() -> QuerySet[ServiceNotice]:
    """Every notice, ended ones included."""
    return ServiceNotice.objects.order_by("-starts_at", "-id")


def notice_by_reference(reference: str) -> ServiceNotice | None:
    """One notice, or None."""
    return ServiceNotice.objects.filter(reference=reference).first()
