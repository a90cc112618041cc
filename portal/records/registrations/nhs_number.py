"""The rules of the NHS number: ten digits, the last checked by modulus 11 (FINDINGS section 6)."""

from __future__ import annotations

_LENGTH = 10
_WEIGHTS = range(10, 1, -1)
_MODULUS = 11
# Passes the arithmetic, and is what a hand leaves that runs along the keyboard.
_RUN = "9876543210"


class WrongNumber(ValueError):
    """Ten digits that no patient can have; the sentence says why without repeating them."""


def check_digit(stem: str) -> int | None:
    """The tenth digit for nine; None when no number begins with these nine."""
    total = sum(int(digit) * weight for digit, weight in zip(stem, _WEIGHTS, strict=True))
    digit = _MODULUS - total % _MODULUS
    if digit == _MODULUS - 1:
        return None
    return 0 if digit == _MODULUS else digit


def is_well_formed(number: str) -> bool:
    """Whether these are ten digits whose last is right. A placeholder may be: ask ``is_placeholder`` too."""
    return _is_ten_digits(number) and check_digit(number[:-1]) == int(number[-1])


def is_placeholder(number: str) -> bool:
    """Whether it is one of the numbers that pass the arithmetic and that programs fill in for want of one."""
    return _is_ten_digits(number) and (len(set(number)) == 1 or number == _RUN)


def split_number(typed: str) -> tuple[str, str]:
    """A typed number as (NHS number, old-style number); one of them is empty, or both for a placeholder.

    Spaces and hyphens between digits are left out. Anything that is not ten digits is an old-style number
    (N/10/10, T247), which paper labels still carry. Raises WrongNumber for ten digits that fail the check.
    """
    digits = typed.replace(" ", "").replace("-", "")
    if is_placeholder(digits):
        return "", ""
    if not _is_ten_digits(digits):
        return "", typed.strip().upper()
    if not is_well_formed(digits):
        raise WrongNumber("The NHS number fails its check digit: it was mistyped, or it is an example.")
    return digits, ""


def _is_ten_digits(number: str) -> bool:
    return len(number) == _LENGTH and number.isascii() and number.isdigit()
