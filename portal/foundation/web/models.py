"""Submissions already carried out, so that the second arrival of one does nothing (R3)."""

from __future__ import annotations

import uuid

from django.db import connection, models
from django.utils import timezone


class Submission(models.Model):
    """One form, once sent: the token in its hidden field and where its sender was taken afterwards."""

    token = models.UUIDField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    path = models.TextField()
    location = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="submission_by_age")]

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def begin(cls, token: uuid.UUID, *, user_id: int | None, path: str) -> str:
        """Claims the token in the caller's transaction; '' when it is new, else where the first one went.

        A second sender waits here on the unique key until the first has committed or rolled back.
        A token of another person or page counts as new nowhere: it claims nothing and goes to that path.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into web_submission (token, user_id, path, location, created_at)"
                " values (%s, %s, %s, '', now()) on conflict (token) do nothing returning 1",
                [token, user_id, path],
            )
            if cursor.fetchone():
                return ""
        earlier = cls.objects.filter(token=token, user_id=user_id, path=path).values_list("location", flat=True).first()
        return earlier or path

    @classmethod
    def finish(cls, token: uuid.UUID, location: str) -> None:
        """Remembers where the first sender was taken."""
        cls.objects.filter(token=token).update(location=location)
