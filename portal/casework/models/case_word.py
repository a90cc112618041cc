"""One word of a case: an index that row security allows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portal.casework.models.case import Case
from portal.casework.querysets import OfCaseQuerySet


class CaseWord(models.Model):
    """A word of a case's subject or of the name of whoever opened it, or their e-mail address; in small letters.

    Full text would need an operator that row security keeps from its index; ``starts_with`` on this column is none.
    Written by the case's trigger (``portal.casework.words``), so that no way of opening a case can forget it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.TextField(db_collation="C")  # "C": one index serves the beginnings of words too

    objects: ClassVar[models.Manager[CaseWord]] = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "word"], name="case_word_once")]
        indexes = [models.Index(fields=["word", "case"], name="case_by_word")]

    def __str__(self) -> str:
        return self.word
