"""A format as somebody describes it, and real numbers tried by it. Pure: what is tried here changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.errors import InvalidInput
from portal.foundation.web.filters import count
from portal.serials.check_digits import KINDS, LARGEST_MODULUS, LARGEST_WEIGHT, CheckRule, known_rule
from portal.serials.models import SerialRule
from portal.serials.numbers import MOST_DIGITS, NotASerial, SerialFormat, plain


@dataclass(frozen=True, kw_only=True)
class FormatValues:
    """How many digits, how many of them at the end only check, and by which of ``KINDS``.

    The last four are for the kind ``weights`` alone.
    """

    digits: int
    check_digits: int
    kind: str
    weights: tuple[int, ...] = ()
    modulus: int | None = None
    characters: str = ""
    cross_sum: bool = False


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a format says of one number."""

    number: str
    fits: bool
    sentence: str


def written_format(values: FormatValues) -> SerialFormat:
    """The format. Raises InvalidInput by field for one that cannot be."""
    if not 1 <= values.digits <= MOST_DIGITS:
        raise InvalidInput({"digits": f"Enter a number of digits from 1 to {MOST_DIGITS}."})
    if not 0 <= values.check_digits < values.digits:
        raise InvalidInput({"check_digits": "Enter how many digits at the end only check: fewer than there are."})
    if values.kind not in KINDS:
        raise InvalidInput({"kind": "Choose how the last digit is worked out."})
    if values.kind == "none":
        return SerialFormat(digits=values.digits, check_digits=values.check_digits)
    if values.check_digits != 1:
        raise InvalidInput({"check_digits": "A number that is checked has one check digit, at the end."})
    places = values.digits - 1
    check = _by_hand(values, places) if values.kind == "weights" else known_rule(values.kind, places)
    return SerialFormat(digits=values.digits, check_digits=1, check=check)


def try_numbers(written: SerialFormat, numbers: list[str]) -> list[Tried]:
    """What the format says of each; where only the last digit is wrong, which one it would want."""
    return [_try(written, number) for number in numbers]


def fitting(written: SerialFormat, numbers: list[str], *, least: int) -> None:
    """Raises InvalidInput unless all fit, and so many of them are different numbers."""
    wrong = [each for each in try_numbers(written, numbers) if not each.fits]
    if wrong:
        raise InvalidInput({"examples": f"{wrong[0].number}: {wrong[0].sentence}"})
    if len({written.sequence(number) for number in numbers}) < least:
        raise InvalidInput({"examples": f"Enter the numbers of at least {least} different forms that you have seen."})


def blind_words(check: CheckRule) -> str:
    """How good the rule is at finding a digit that was misread."""
    blind = check.blind_places()
    if not blind:
        return "This rule finds every single digit that is misread."
    where = ", ".join(map(str, blind))
    return f"This rule does not find every misread digit. It can miss one at place {where}, counted from the left."


def rule_words(rule: SerialRule) -> str:
    """The format of a rule in words."""
    return format_words(rule.written, rule.kind)


def format_words(written: SerialFormat, kind: str = "none") -> str:
    """Such as: 11 digits, the last by Luhn."""
    digits = count(written.digits, "digit")
    if written.check is None:
        if not written.check_digits:
            return f"{digits}, all of them counted"
        last = "the last" if written.check_digits == 1 else f"the last {written.check_digits}"
        return f"{digits}, {last} not checked"
    if kind == "weights":
        weights = ", ".join(map(str, written.check.weights))
        added = ", digits of the products added" if written.check.cross_sum else ""
        return f"{digits}, the last by weights {weights}, modulus {written.check.modulus}{added}"
    return f"{digits}, the last by {_SHORT[kind]}"


_SHORT = {
    "luhn": "Luhn",
    "three_one": "modulus 10 with weights 3 and 1",
    "eleven": "modulus 11 with falling weights",
    "eleven_to_seven": "modulus 11 with weights 2 to 7",
}


def _by_hand(values: FormatValues, places: int) -> CheckRule:
    if len(values.weights) != places or not all(1 <= each <= LARGEST_WEIGHT for each in values.weights):
        raise InvalidInput({"weights": f"Enter {places} weights from 1 to {LARGEST_WEIGHT}: one for each other digit."})
    if values.modulus is None or not 2 <= values.modulus <= LARGEST_MODULUS:
        raise InvalidInput({"modulus": f"Enter a modulus from 2 to {LARGEST_MODULUS}."})
    characters = plain(values.characters)
    if len(characters) != values.modulus or len(set(characters)) != len(characters) or not characters.isalnum():
        sentence = f"Enter {values.modulus} different digits or letters: the check digit for each remainder from 0 on."
        raise InvalidInput({"characters": sentence})
    try:
        return CheckRule(
            weights=list(values.weights), modulus=values.modulus, characters=characters, cross_sum=values.cross_sum
        )
    except ImproperlyConfigured as error:
        raise InvalidInput({"weights": str(error)}) from error


def _try(written: SerialFormat, number: str) -> Tried:
    try:
        sequence = written.sequence(number)
    except NotASerial as error:
        text = plain(number)
        body = text[: written.counted]
        if written.check is None or len(text) != written.digits or not (body.isascii() and body.isdigit()):
            return Tried(number=number, fits=False, sentence=str(error))
        wanted = written.check.letter(body)
        sentence = f"It does not fit: this rule wants {wanted} at the end, and there is {text[-1]}."
        return Tried(number=number, fits=False, sentence=sentence)
    return Tried(number=number, fits=True, sentence=f"It fits. The register counts it as {sequence:,}.")
