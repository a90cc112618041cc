"""Service levels: what was promised and what was kept, counted by months, published without showing one site (J30)."""

from portal.foundation.levels.source import LevelSource, Measure, level_source

__all__ = ["LevelSource", "Measure", "level_source"]
