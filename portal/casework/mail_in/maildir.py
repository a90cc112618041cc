"""A Maildir: one file an e-mail, in ``new`` until it is read, then in ``cur``."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.casework.mail_in.message import LARGEST
from portal.casework.mail_in.waiting import Waiting


class MaildirBox:
    """A Maildir that a mail server of this machine delivers into."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> MaildirBox:
        """Raises ImproperlyConfigured when the folder is not a Maildir."""
        if not all((self._path / each).is_dir() for each in ("new", "cur", "tmp")):
            raise ImproperlyConfigured(f"PORTAL_MAIL_IN: {self._path} is not a Maildir: it lacks new, cur or tmp.")
        return self

    def __exit__(self, *problem: object) -> None:
        return None

    def waiting(self, most: int) -> Iterator[Waiting]:
        """The e-mails in ``new``, oldest first. One that another worker takes away meanwhile is left out."""
        box = mailbox.Maildir(self._path, factory=None, create=False)
        new = [key for key in box.keys() if self._is_new(key)]  # noqa: SIM118  a mailbox's iterator gives messages
        for name in sorted(new, key=self._arrived)[:most]:
            with suppress(FileNotFoundError):
                with (self._path / "new" / name).open("rb") as file:
                    raw = file.read(LARGEST + 1)
                yield Waiting(name, raw, partial(self._move, name, "S"), partial(self._move, name, "FS"))

    def _is_new(self, name: str) -> bool:
        return (self._path / "new" / name).is_file()

    def _arrived(self, name: str) -> tuple[float, str]:
        with suppress(OSError):
            return (self._path / "new" / name).stat().st_mtime, name
        return 0.0, name

    def _move(self, name: str, flags: str) -> None:
        """From ``new`` to ``cur`` in one step, which two workers may both try."""
        with suppress(FileNotFoundError):
            (self._path / "new" / name).rename(self._path / "cur" / f"{name.partition(':')[0]}:2,{flags}")
