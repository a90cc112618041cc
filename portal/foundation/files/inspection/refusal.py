"""Why a file is not taken."""

from __future__ import annotations

AGAIN = "Save or print it as a new PDF and choose that."
DAMAGED = "The file cannot be read. It may be damaged. Save it again as a PDF, PNG or JPEG and choose the new file."
TOO_HEAVY = "The file takes too much to open. Save it smaller, for example as a PDF of its pages, and choose that."
TWO_KINDS = f"The file holds a second file inside. {AGAIN}"


class FileRefused(Exception):
    """The file is not taken; ``sentence`` says why and what to do instead (R7)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CannotLookNow(FileRefused):
    """Nothing is wrong with the file: there was no process to look into it. The same file may do in a minute."""
