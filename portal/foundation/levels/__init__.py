"""Service levels: what was promised and what was kept, counted by months, published without showing one site (J30)."""

from portal.foundation.levels.source import KindOfItsOwn, LevelSource, Measure, kind_of_its_own, level_source

__all__ = ["KindOfItsOwn", "LevelSource", "Measure", "kind_of_its_own", "level_source"]
