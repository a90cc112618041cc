"""Why a file is refused: which lines, and what is wrong with each, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A file that is wrong throughout is wrong in the same way; nobody reads more lines than this.
MOST_REJECTIONS = 100


@dataclass(frozen=True)
class Rejection:
    """One line that cannot be imported. Line 0 is the file as a whole."""

    line: int
    reason: str

    def as_json(self) -> dict[str, int | str]:
        """As ``--json`` prints it and as the run keeps it."""
        return {"line": self.line, "reason": self.reason}


class RefusedFile(Exception):
    """The file is refused whole; nothing of it has been imported (R7)."""

    def __init__(self, *rejections: Rejection) -> None:
        super().__init__(rejections[0].reason)
        self.rejections = rejections[:MOST_REJECTIONS]


def refuse(reason: str, *, line: int = 0) -> RefusedFile:
    """A refusal because of one line, or of the file as a whole."""
    return RefusedFile(Rejection(line, reason))


def printable(path: Path | str) -> str:
    """A file's name as text that can be printed and stored, whatever bytes it has."""
    return str(path).encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
