"""Days on which nobody works: data an operator edits."""

from __future__ import annotations

from django.db import models


class Holiday(models.Model):
    """A public holiday. Saturdays and Sundays need no row."""

    day = models.DateField(unique=True)
    name = models.TextField()

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
