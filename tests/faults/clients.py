"""People and couriers who do not give up: what is not answered is sent again, as it was (R3)."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from tests.benchmarks.browser import Answer, Browser
from tests.benchmarks.placing import prepare_order
from tests.faults.ledger import Ledger

HOST = "127.0.0.1"
LONGEST_WAIT = 120.0  # seconds that a client goes on asking for the same thing
PAUSE = 0.05  # seconds before it asks again
SCANS_IN_A_CALL = 4
_Answered = TypeVar("_Answered")
_ORDER = re.compile(r"/supplies/orders/([A-Z0-9-]+)/")


class PatientBrowser(Browser):
    """A browser without scripts whose person tries again when the page does not come."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        super().__init__(HOST, port)
        self._ledger = ledger

    def close(self) -> None:
        """Hangs up; the next request connects anew."""
        self._connection.close()

    def _follow(self, method: str, address: str, body: str | None) -> Answer:
        follow = super()._follow

        def ask() -> tuple[int, Answer]:
            answer = follow(method, address, body)
            return answer.status, answer

        return _until_answered(ask, self.close, self._ledger)[1]


class Client(threading.Thread, ABC):
    """Does the same thing again and again until ``stopped``; whatever it raises is on the ledger."""

    def __init__(self, ledger: Ledger, stopped: threading.Event) -> None:
        super().__init__(daemon=True)
        self.ledger = ledger
        self._stopped = stopped

    def run(self) -> None:
        """Goes on until told to stop; what was begun is finished first."""
        try:
            while not self._stopped.is_set() and self.do_one():
                pass
        except Exception as error:  # a thread that dies in silence would look like a portal that loses nothing
            self.ledger.went_wrong(f"{type(self).__name__}: {type(error).__name__}: {error}")
        finally:
            self.close()

    @abstractmethod
    def do_one(self) -> bool:
        """One round; False when there is nothing left to do."""

    @abstractmethod
    def close(self) -> None:
        """Hangs up."""


class Clerk(Client):
    """Orders for a practice, again and again, without scripts."""

    def __init__(self, port: int, ledger: Ledger, stopped: threading.Event, who: dict[str, str], item: str) -> None:
        super().__init__(ledger, stopped)
        self._site, self._item = who["site"], item
        self._browser = PatientBrowser(port, ledger)
        self._browser.cookies["portal"] = who["cookie"]

    def do_one(self) -> bool:
        """Places one order, and looks at the page that says so."""
        form, page = prepare_order(self._browser, self._site, 1, [self._item])
        answer = self._browser.send(form, page)
        found = _ORDER.search(answer.address)
        if answer.status != 200 or found is None:
            self.ledger.went_wrong(f"{page} led to {answer.address} ({answer.status})")
            return False
        self.ledger.order_placed(dict(form.fields)["submission"], found[1])
        return True

    def close(self) -> None:
        """Hangs up."""
        self._browser.close()


class Courier(Client):
    """Sends scans of bags that are collected and then delivered, a few in a call."""

    def __init__(
        self, port: int, ledger: Ledger, stopped: threading.Event, token: str, bags: Iterator[dict[str, str]]
    ) -> None:
        super().__init__(ledger, stopped)
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._token = token
        self._bags = bags

    def do_one(self) -> bool:
        """A few bags are collected in one call, and delivered in the next."""
        some = list(islice(self._bags, SCANS_IN_A_CALL))
        for kind, end in (("collected", "from"), ("delivered", "to")):
            scans = [
                {
                    "key": f"{bag['label']}-{kind}",
                    "kind": kind,
                    "label": bag["label"],
                    "place": bag[end],
                    "at": datetime.now(UTC).isoformat(),
                }
                for bag in some
            ]
            if scans:
                self._send({"scans": scans})
        return bool(some)

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()

    def _send(self, body: dict[str, Any]) -> None:
        key, content = uuid.uuid4().hex, json.dumps(body)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }

        def ask() -> tuple[int, bytes]:
            self._connection.request("POST", "/api/v1/scans", content, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()

        status, text = _until_answered(ask, self.close, self.ledger)
        if status != 200:
            raise AssertionError(f"The API answered {status}: {text[:300]!r}")
        self.ledger.scans_taken({each["key"]: each["outcome"] for each in json.loads(text)["scans"]})


def _until_answered(
    ask: Callable[[], tuple[int, _Answered]], hang_up: Callable[[], None], ledger: Ledger
) -> tuple[int, _Answered]:
    """Asks for the same again until the answer is no failure of the server. Raises TimeoutError when none comes."""
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        try:
            status, answer = ask()
        except (OSError, http.client.HTTPException) as error:
            hang_up()
            ledger.tried_again(type(error).__name__)
        else:
            if status < 500:
                return status, answer
            ledger.tried_again(f"status {status}")
        time.sleep(PAUSE)
    raise TimeoutError(f"There was no answer for {LONGEST_WAIT} seconds.")
