"""Which browsers may use the portal (J2, F5). The table is data: ``data/browsers.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from portal.foundation.texts import read_table
from portal.home.texts import OWN_TEXTS

LONGEST_USER_AGENT = 512  # a stranger's text; nothing of interest stands further back


@dataclass(frozen=True, kw_only=True)
class BrowserRule:
    """One row of the table. Versions up to ``refuse_up_to`` are refused, up to ``advise_up_to`` advised."""

    name: str
    pattern: re.Pattern[str]
    add: int = 0
    refuse_up_to: int = 0
    advise_up_to: int = 0


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the table says of one browser; ``name`` is '' for one it does not know, which is welcome."""

    name: str = ""
    version: int = 0
    refused: bool = False
    advised: bool = False

    @property
    def advice(self) -> str:
        """The banner's sentence; '' for none."""
        if not self.advised:
            return ""
        return (
            f"Your browser, {self.name} {self.version}, is out of date. Pages may look plain, and it may not be safe."
            " Please update it."
        )


@cache
def browser_rules() -> tuple[BrowserRule, ...]:
    """The table, read once."""
    return tuple(
        BrowserRule(**{**row, "pattern": re.compile(row["pattern"])})
        for row in read_table(OWN_TEXTS / "data" / "browsers.toml")["browser"]
    )


@lru_cache(maxsize=1024)
def judge(user_agent: str) -> Judgement:
    """What the table says of this user agent. The same few thousand come again and again, hence the cache."""
    for rule in browser_rules():
        if found := rule.pattern.search(user_agent):
            version = int(found[1][:4]) + rule.add
            refused = version <= rule.refuse_up_to
            advised = not refused and version <= rule.advise_up_to
            return Judgement(name=rule.name, version=version, refused=refused, advised=advised)
    return Judgement()
