"""What a courier's browser keeps, so that the scanning page opens without a network (J27)."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from portal.foundation.web.addresses import static_address
from portal.machines.scanner_forms import SAID, BagsForm
from portal.records.api import FAILED_BECAUSE

PAGE = "machines/courier/page.html.jinja"
SCRIPTS = (
    "courier/words.js", "courier/round.js", "courier/queue.js", "courier/sending.js", "courier/sounds.js",
    "courier/camera.js", "courier/page.js",
)  # fmt: skip
_FILES = (
    *SCRIPTS, "courier/courier.css", "courier/app.webmanifest", "portal/portal.css", "portal/portal.js",
    "portal/supported.js", "portal/icon.svg", "nhsuk/nhsuk-frontend.min.css", "nhsuk/nhsuk-frontend.min.js",
)  # fmt: skip
_WORKER = Path(__file__).resolve().parent / "static" / "courier" / "worker.js"


def always_there() -> dict[str, Any]:
    """What the page shows whoever asks for it, and when."""
    return {"kinds": SAID, "reasons": FAILED_BECAUSE, "scripts": SCRIPTS}


@cache
def worker_script() -> str:
    """The service worker: the addresses to keep, under a name that changes with what is behind them, and the file.

    A browser that sees another script keeps everything anew, and until then goes on with what it has.
    """
    addresses = [reverse("courier:page"), *(static_address(each) for each in _FILES)]
    source = _WORKER.read_text(encoding="utf-8")
    page = render_to_string(PAGE, {"form": BagsForm(), **always_there()})  # without anything of one request
    name = "courier-" + sha256("\n".join([*addresses, source, page]).encode()).hexdigest()[:16]
    return f"const kept = {json.dumps({'name': name, 'addresses': addresses})};\n{source}"
