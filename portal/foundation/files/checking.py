"""Asking the process that looks into files, and waiting no longer than is decent."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from portal.foundation.files.inspection.refusal import TOO_HEAVY, CannotLookNow, FileRefused
from portal.foundation.files.limits import INSPECTION_PATIENCE, INSPECTIONS_AT_ONCE

logger = logging.getLogger(__name__)
_PROJECT = Path(__file__).resolve().parents[3]
_COMMAND = [sys.executable, "-s", "-m", "portal.foundation.files.inspection"]
_BUSY = "The portal is looking into other files. Choose the file again in a minute."
_turn = threading.BoundedSemaphore(INSPECTIONS_AT_ONCE)


@dataclass(frozen=True)
class Inspected:
    """What the file is, and the bytes that are kept of it."""

    content_type: str
    content: bytes


def inspect(data: bytes) -> Inspected:
    """Looks into the file in a process of its own. Raises FileRefused with a sentence.

    Raises CannotLookNow, a FileRefused too, when the machine has no process to spare.
    A process that dies or takes too long is the file's fault: the sentence asks for a simpler one.
    """
    if not _turn.acquire(timeout=INSPECTION_PATIENCE):
        raise CannotLookNow(_BUSY)
    try:
        # Its environment holds no secret: not the key, not the database's address.
        process = subprocess.run(
            _COMMAND,
            input=data,
            capture_output=True,
            timeout=INSPECTION_PATIENCE,
            cwd=_PROJECT,
            env={"PYTHONPATH": str(_PROJECT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        logger.warning("a file was not looked into within its time")
        raise FileRefused(TOO_HEAVY) from error
    except OSError as error:  # no process to be had: the machine's trouble
        logger.exception("no process could be started to look into a file")
        raise CannotLookNow(_BUSY) from error
    finally:
        _turn.release()
    return _answer(process)


def _answer(process: subprocess.CompletedProcess[bytes]) -> Inspected:
    head, _, content = process.stdout.partition(b"\n")
    if process.returncode != 0 or not head:
        last = process.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
        logger.warning("looking into a file ended early", extra={"code": process.returncode, "error": last})
        raise FileRefused(TOO_HEAVY)
    answer = json.loads(head)
    if answer["refusal"]:
        raise FileRefused(answer["refusal"])
    return Inspected(answer["kind"], content)
