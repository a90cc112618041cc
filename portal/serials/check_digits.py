"""Check digits as data: a rule is weights and a modulus, written down by an operator who knows the rule of a form."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured


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
            raise ImproperlyConfigured("serials.toml: a check rule has weights, and a character for each remainder.")

    def letter(self, digits: str) -> str:
        """The check letter of these digits; there are as many as weights."""
        products = [int(digit) * weight for digit, weight in zip(digits, self.weights, strict=True)]
        if self.cross_sum:
            products = [sum(int(part) for part in str(each)) for each in products]
        return self.characters[sum(products) % self.modulus]
