"""The name a file is shown under: readable, harmless, and with the extension its bytes deserve."""

from __future__ import annotations

import re
import unicodedata

from portal.foundation.files.inspection.refusal import FileRefused
from portal.foundation.files.limits import EXTENSIONS

LONGEST = 80
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)  # devices of Windows, with any extension
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\\/;%`$&{}\[\]\'=]')
_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])([A-Za-z0-9]{1,5})(?=\.|$)")
_LAST_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}\s*$")
_OWN_EXTENSION = re.compile(r"\.(pdf|png|jpe?g)\s*$", re.IGNORECASE)
_TEN_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ _.-]?[0-9]){9}(?![0-9])")


def shown_name(given: str, content_type: str) -> str:
    """The given name without path, hidden characters and misleading extensions; never empty.

    ``invoice.pdf.exe`` that is a PDF becomes ``invoice.pdf``. Raises FileRefused for a name with an NHS number,
    which would travel into lists and downloads (R5).
    """
    stem = unicodedata.normalize("NFKC", given[:1000]).replace("\\", "/").rpartition("/")[2]
    # Category C: control, format (the marks that turn text round), surrogates, private and unassigned.
    stem = "".join(" " if character.isspace() else character for character in stem)
    stem = "".join(
        character for character in stem if unicodedata.category(character)[0] not in "CM" or _mark(character)
    )
    if holds_nhs_number(stem):
        raise FileRefused("The file's name holds an NHS number. Give the file another name and choose it again.")
    extension = EXTENSIONS[content_type]
    stem = _LAST_EXTENSION.sub("", stem)
    while (shorter := _OWN_EXTENSION.sub("", stem)) != stem:
        stem = shorter
    stem = _EXTENSION.sub(r"-\1", stem)
    stem = re.sub(r"\s+", " ", _NOT_IN_NAMES.sub("-", stem)).strip(" .-~")[:LONGEST].strip(" .-~")
    if not stem or _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"file {stem}".strip()
    return f"{stem}.{extension}"


def _mark(character: str) -> bool:
    """Accents that stand alone in some languages stay; those that enclose or float over others' letters go."""
    return unicodedata.category(character) == "Mc"


def holds_nhs_number(text: str) -> bool:
    """Whether ten digits in the text, spaces and hyphens aside, pass the modulus 11 check (R5)."""
    return any(_is_nhs_number(re.sub(r"[^0-9]", "", match.group())) for match in _TEN_DIGITS.finditer(text))


def _is_nhs_number(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9]) and check != 10
