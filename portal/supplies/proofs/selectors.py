"""What staff reads about carriers' files."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.foundation.access import Actor
from portal.supplies.models import ProofImport
from portal.supplies.permissions import VIEW_QUEUE


def list_imports(actor: Actor) -> QuerySet[ProofImport]:
    """The files that were read to their end, newest first."""
    actor.require(VIEW_QUEUE)
    return ProofImport.objects.order_by("-id")
