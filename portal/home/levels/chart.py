"""The curve of a share through the months, as coordinates of an SVG picture."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.levels.source import Measure
from portal.home.levels.composing import Section

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720.0, 280.0, 56.0, 20.0, 16.0, 40.0


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One series: its lines, broken where nothing is counted, and its points."""

    name: str
    mark: str
    lines: tuple[str, ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The picture. ``floor`` is the share at its foot: the axis begins there when all values are high."""

    width: float
    height: float
    left: float
    right: float
    base: float
    up: tuple[Mark, ...]
    across: tuple[Mark, ...]
    curves: tuple[Curve, ...]
    floor: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(curve.points for curve in self.curves)


def chart(section: Section, measure: Measure) -> Chart:
    """The share of ``measure`` for each series."""
    shares = {
        series.mark: [
            (place, 100 * figure.met / figure.counted)
            for place, month in enumerate(section.months)
            if (figure := series.of(month, measure.code)) and figure.counted
        ]
        for series in section.series
    }
    floor = _floor(min((share for values in shares.values() for _, share in values), default=0.0))
    base, steps = _HEIGHT - _BOTTOM, max(1, len(section.months) - 1)

    def x(place: int) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * place / steps, 1)

    def y(share: float) -> float:
        return round(base - (base - _TOP) * (share - floor) / (100 - floor), 1)

    every = max(1, len(section.months) // 6)
    return Chart(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        base=base,
        floor=floor,
        up=tuple(Mark(at=y(share), text=f"{share}%") for share in range(floor, 101, (100 - floor) // 5)),
        across=tuple(
            Mark(at=x(place), text=f"{month:%b %y}")
            for place, month in enumerate(section.months)
            if place % every == 0 and (place == 0 or len(section.months) - 1 - place >= 0)
        ),
        curves=tuple(
            Curve(
                name=series.name,
                mark=series.mark,
                lines=_lines([(place, x(place), y(share)) for place, share in shares[series.mark]]),
                points=tuple((x(place), y(share)) for place, share in shares[series.mark]),
            )
            for series in section.series
        ),
    )


def _floor(lowest: float) -> int:
    """Where the axis begins: 0, or 50 when nothing lies below 60, so that differences can be seen."""
    return 50 if lowest >= 60 else 0


def _lines(points: list[tuple[int, float, float]]) -> tuple[str, ...]:
    """Neighbouring months are joined; a month without a figure is a gap."""
    lines: list[list[str]] = []
    before = None
    for place, left, top in points:
        if before is None or place != before + 1:
            lines.append([])
        lines[-1].append(f"{left},{top}")
        before = place
    return tuple(" ".join(line) for line in lines if len(line) > 1)
