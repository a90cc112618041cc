"""How a site's use compares, in words, in numbers and as a picture of each row. Strings and places only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.supplies.usage.selectors import ComparedUse
from portal.supplies.usage.settings import usage_settings

EXPORT_HEADS = (
    "Item code", "Item", "Category", "Packs in a year", "Compared per", "Your use", "Lower quartile", "Median",
    "Upper quartile", "Other sites",
)  # fmt: skip
_WIDTH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """The picture of a row: the middle half of similar sites as a box, their median as a line, the site as a dot."""

    low: float
    width: float
    middle: float
    own: float
    whole: int = _WIDTH


@dataclass(frozen=True, kw_only=True, slots=True)
class UseRow:
    """One item. ``verdict`` is '' where it cannot be compared; ``unusual`` rows are explained."""

    code: str
    name: str
    packs: str
    rate: str
    middle: str
    quartiles: str
    others: str
    verdict: str
    colour: str
    explanation: str
    strip: Strip | None


def use_rows(found: Iterable[ComparedUse]) -> list[UseRow]:
    """The rows of the page."""
    return [_row(each) for each in found]


def _row(each: ComparedUse) -> UseRow:
    norm = each.norm
    verdict, colour, explanation = _judged(each)
    return UseRow(
        code=each.item.code,
        name=each.item.name,
        packs=f"{each.packs:,}",
        rate=f"{each.rate:,.1f}",
        middle=f"{norm.middle:,}" if norm else "",
        quartiles=f"{norm.low:,} to {norm.high:,}" if norm else "",
        others=f"{each.others:,}" if norm else "",
        verdict=verdict,
        colour=colour,
        explanation=explanation,
        strip=_strip(each),
    )


def _judged(each: ComparedUse) -> tuple[str, str, str]:
    """What to call it, the tag's colour, and a sentence for what is unusual."""
    norm, times = each.norm, usage_settings().unusual_times
    if norm is None:
        return "", "", ""
    if each.rate > float(norm.high) * times:
        return (
            "Much more than others", "red",
            f"You use more than {times} times as much as three in four similar sites. There may be a good reason."
            " If not, count what you have: what lies too long goes out of date.",
        )  # fmt: skip
    if each.rate * times < float(norm.low):
        return (
            "Much less than others", "orange",
            f"Three in four similar sites use more than {times} times as much as you. You may buy it elsewhere,"
            " or do without.",
        )  # fmt: skip
    if each.rate > float(norm.high):
        return "More than most", "yellow", ""
    if each.rate < float(norm.low):
        return "Less than most", "yellow", ""
    return "As others do", "green", ""


def _strip(each: ComparedUse) -> Strip | None:
    norm = each.norm
    if norm is None:
        return None
    most = max(float(norm.high) * 1.5, each.rate * 1.05, 0.1)

    def at(rate: float) -> float:
        return round(8 + (_WIDTH - 16) * rate / most, 1)

    low, high = at(float(norm.low)), at(float(norm.high))
    return Strip(low=low, width=round(max(high - low, 2), 1), middle=at(float(norm.middle)), own=at(each.rate))


def export_rows(found: Sequence[ComparedUse]) -> Iterator[list[Any]]:
    """One row an item; empty cells where it cannot be compared."""
    for each in found:
        norm = each.norm
        yield [
            each.item.code, each.item.name, each.item.category, each.packs,
            "1,000 patients" if each.by_patients else "site", round(each.rate, 1),
            float(norm.low) if norm else "", float(norm.middle) if norm else "", float(norm.high) if norm else "",
            each.others if norm else "",
        ]  # fmt: skip
