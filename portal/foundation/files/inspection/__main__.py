"""The process that looks into one file: bytes in, a line of JSON and the clean bytes out.

    python -m portal.foundation.files.inspection < upload > answer

It takes its own rights away before it reads: little memory, little time, no new file, no new process.
"""

from __future__ import annotations

import json
import resource
import sys

from portal.foundation.files.inspection.images import written_anew
from portal.foundation.files.inspection.kinds import kind_of, refuse_second_kind
from portal.foundation.files.inspection.pdf import rewritten
from portal.foundation.files.inspection.refusal import TOO_HEAVY, FileRefused
from portal.foundation.files.limits import INSPECTION_MEMORY, INSPECTION_SECONDS, MAXIMUM_UPLOAD, PDF


def look_into(data: bytes) -> tuple[str, bytes]:
    """The type of the file and what is kept of it. Raises FileRefused."""
    kind = kind_of(data)
    if kind != PDF:
        return kind, written_anew(data, kind)
    refuse_second_kind(data)
    kept = rewritten(data)
    refuse_second_kind(kept)
    return kind, kept


def give_up_rights() -> None:
    """Bounds on memory, time, files and processes, which a process can only lower."""
    for what, most in (
        (resource.RLIMIT_AS, INSPECTION_MEMORY),
        (resource.RLIMIT_CPU, INSPECTION_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def main() -> None:
    """Reads the upload, answers, and ends. What a library could not bear ends the process otherwise."""
    give_up_rights()
    data = sys.stdin.buffer.read(MAXIMUM_UPLOAD + 1)
    kept, answer = b"", {"kind": "", "refusal": ""}
    try:
        answer["kind"], kept = look_into(data)
    except FileRefused as refused:
        answer["refusal"] = refused.sentence
    except MemoryError:
        answer["refusal"] = TOO_HEAVY
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + kept)


if __name__ == "__main__":
    main()
