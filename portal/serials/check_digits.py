"""Check digits as data: a rule is weights and a modulus. An operator who knows the rule of a form chooses it, or writes
it down; the portal brings the known algorithms, and says of no form which of them it uses."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

LARGEST_MODULUS, LARGEST_WEIGHT = 36, 99
# The names of the algorithms; ``weights`` is any other of the same family, written down by hand.
KINDS = {
    "none": "It is not checked: the rule is not known",
    "luhn": "Luhn (modulus 10, every second digit doubled)",
    "three_one": "Modulus 10 with weights 3 and 1, as under bar codes",
    "eleven": "Modulus 11 with falling weights and X for ten, as in older book numbers",
    "eleven_to_seven": "Modulus 11 with weights 2 to 7 again and again, and X for ten",
    "weights": "Another rule of weights, which I write down below",
}
_TEN, _ELEVEN = "0987654321", "0X987654321"


@dataclass(frozen=True, kw_only=True)
class CheckRule:
    """Digits times weights, added up, modulo ``modulus``: the place of the check letter in ``characters``.

    ``cross_sum`` adds up the digits of each product first. The common rules of this family can be written so.
    Raises ImproperlyConfigured for a rule that cannot be.
    """

    weights: list[int]
    modulus: int
    characters: str
    cross_sum: bool = False

    def __post_init__(self) -> None:
        if self.modulus < 2 or len(self.characters) != self.modulus or not self.weights:
            raise ImproperlyConfigured("A check rule has weights, and a character for each remainder.")

    def letter(self, digits: str) -> str:
        """The check letter of these digits; there are as many as weights."""
        products = [self._counted(int(digit), weight) for digit, weight in zip(digits, self.weights, strict=True)]
        return self.characters[sum(products) % self.modulus]

    def blind_places(self) -> list[int]:
        """The places, from 1, at which some wrong digit leaves the check letter as it is. None of a good rule."""
        return [place for place, weight in enumerate(self.weights, start=1) if self._is_blind(weight)]

    def _is_blind(self, weight: int) -> bool:
        products = [self._counted(digit, weight) for digit in range(10)]
        shifts = {(products[one] - products[other]) % self.modulus for one in range(10) for other in range(one)}
        return any(
            self.characters[at] == self.characters[(at + shift) % self.modulus]
            for shift in shifts
            for at in range(self.modulus)
        )

    def _counted(self, digit: int, weight: int) -> int:
        product = digit * weight
        return sum(int(part) for part in str(product)) if self.cross_sum else product


def known_rule(kind: str, places: int) -> CheckRule:
    """The rule of that name for a number with so many digits before the check digit. Raises KeyError for another."""
    from_the_right = range(places)
    rules = {
        "luhn": ([2 - at % 2 for at in from_the_right], 10, _TEN, True),
        "three_one": ([3 - 2 * (at % 2) for at in from_the_right], 10, _TEN, False),
        "eleven": ([2 + at for at in from_the_right], 11, _ELEVEN, False),
        "eleven_to_seven": ([2 + at % 6 for at in from_the_right], 11, _ELEVEN, False),
    }
    weights, modulus, characters, cross_sum = rules[kind]
    return CheckRule(weights=weights[::-1], modulus=modulus, characters=characters, cross_sum=cross_sum)
