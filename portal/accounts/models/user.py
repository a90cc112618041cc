"""A person, known by an e-mail address. There is no superuser and no staff flag: rights come from memberships."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is kept in lower case."""

    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password, or none that works until one is set through a link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Finds a user by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person with one sign-in, at any number of organisations (F6).

    ``email`` is the user name. At least one of ``telephone`` and ``mobile`` is known (J12).
    """

    reference = models.TextField(unique=True)
    email = models.EmailField(unique=True)
    title = models.TextField(blank=True)
    forename = models.TextField()
    surname = models.TextField()
    telephone = models.TextField(blank=True)
    mobile = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=~(Q(telephone="") & Q(mobile="")), name="user_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def name(self) -> str:
        """Dr Asha Patel."""
        return " ".join(part for part in (self.title, self.forename, self.surname) if part)
