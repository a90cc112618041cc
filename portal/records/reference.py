"""References of records and of what belongs to them."""

from __future__ import annotations

from portal.foundation.references import new_reference


def new_record_reference() -> str:
    """PR and eight random characters: one patient's paper record."""
    return new_reference("PR")


def new_movement_reference() -> str:
    """MV and eight random characters: the movement number."""
    return new_reference("MV")


def new_label_code() -> str:
    """RL and eight random characters: what the bar code of one bag's label says. Nothing of the patient is in it."""
    return new_reference("RL")


def new_discrepancy_reference() -> str:
    """RX and eight random characters: something that does not fit, for a person to look at."""
    return new_reference("RX")


def plain(code: str) -> str:
    """A reference or label code as it is kept: upper case, with its hyphens, however it was scanned or typed."""
    letters = "".join(each for each in code.upper() if each.isalnum())
    return f"{letters[:-8]}-{letters[-8:-4]}-{letters[-4:]}" if len(letters) > 8 else letters
