"""What clients were told was done: the portal must know each of these, once, whatever died meanwhile."""

from __future__ import annotations

import threading
from collections import Counter


class Ledger:
    """The clients' own account, kept outside the portal. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.orders: dict[str, str] = {}  # the check page's token -> the order's reference
        self.scans: dict[str, str] = {}  # the scan's key -> the outcome it was answered with
        self.absorbed: Counter[str] = Counter()  # what went wrong for a client, and was tried again
        self.wrong: list[str] = []  # answers that no client should get

    @property
    def acknowledged(self) -> int:
        """How much was acknowledged so far."""
        return len(self.orders) + len(self.scans)

    def order_placed(self, submission: str, reference: str) -> None:
        """The portal showed the page of this order for this submission."""
        with self._changed:
            before = self.orders.setdefault(submission, reference)
            if before != reference:
                self.wrong.append(f"submission {submission} became {before} and {reference}")
            self._changed.notify_all()

    def scans_taken(self, outcomes: dict[str, str]) -> None:
        """The portal answered these scans, each with an outcome."""
        with self._changed:
            self.scans |= outcomes
            self._changed.notify_all()

    def tried_again(self, why: str) -> None:
        """A client met an error that it absorbs by asking again."""
        with self._changed:
            self.absorbed[why] += 1

    def went_wrong(self, what: str) -> None:
        """A client got an answer that asking again does not mend."""
        with self._changed:
            self.wrong.append(what)
            self._changed.notify_all()

    def wait_for_more(self, number: int, *, seconds: float = 90.0) -> None:
        """Waits until so much more was acknowledged. Raises TimeoutError when the clients stand still."""
        with self._changed:
            wanted = self.acknowledged + number
            if not self._changed.wait_for(lambda: self.acknowledged >= wanted or self.wrong, timeout=seconds):
                raise TimeoutError(f"Nothing more was acknowledged for {seconds} seconds: {self.absorbed}")
