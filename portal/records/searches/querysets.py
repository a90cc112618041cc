"""Who may see what was asked of whom (R1)."""

from __future__ import annotations

from portal.records.querysets import OfPracticeQuerySet


class SearchTaskQuerySet(OfPracticeQuerySet):
    """Search tasks: the staff see all, a practice what it was asked."""

    def unanswered(self) -> SearchTaskQuerySet:
        """Those that wait for an answer, the most urgent first."""
        return self.filter(state="asked").order_by("due_on", "id")
