"""Texts that staff begin a reply with, as the operator's table says (data/replies.toml, J22)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal.casework.models import Case
from portal.foundation.access import Actor
from portal.foundation.texts import read_table
from portal.foundation.web.filters import day

TABLE = Path(__file__).resolve().parent / "data" / "replies.toml"
USES = {"reply": ("reply",), "answer": ("answer",), "both": ("reply", "answer")}
_NAMES = frozenset({"asker", "reference", "about", "organisation", "agent", "due"})
_LONGEST = 3000  # room is left for what is added


@dataclass(frozen=True, kw_only=True)
class ReplyText:
    """One row of the table. ``kinds`` are the kinds of case it is for; none means all."""

    code: str
    name: str
    use: str
    text: str
    kinds: frozenset[str] = frozenset()

    def is_for(self, case: Case, use: str) -> bool:
        """Whether it is offered on this case, for a ``reply`` or an ``answer``."""
        return use in USES[self.use] and (not self.kinds or case.kind in self.kinds)

    def filled(self, case: Case, actor: Actor) -> str:
        """The text with what is known of the case put in."""
        return self.text.strip().format_map(
            {
                "asker": case.opened_by_name,
                "reference": case.reference,
                "about": f"{case.about_type} {case.about_reference}" if case.about_type else case.subject,
                "organisation": case.organisation.name if case.organisation else "your organisation",
                "agent": actor.name,
                "due": day(case.due_on) or "the day that the page of your case shows",
            }
        )


@cache
def reply_texts() -> dict[str, ReplyText]:
    """The table by code, in its order, read once. Raises ImproperlyConfigured, naming the row that is wrong."""
    return parse_replies(read_table(TABLE))


def replies_for(case: Case, use: str) -> list[ReplyText]:
    """The texts offered on this case, for a ``reply`` or an ``answer``."""
    return [each for each in reply_texts().values() if each.is_for(case, use)]


def parse_replies(table: dict[str, Any]) -> dict[str, ReplyText]:
    """Checks and types the table. Raises ImproperlyConfigured, saying which row is wrong and how."""
    found: dict[str, ReplyText] = {}
    for row in table.get("replies", []):
        code = str(row.get("code", "without a code"))
        try:
            reply = ReplyText(**{**row, "kinds": frozenset(row.get("kinds", []))})
        except TypeError as error:
            raise _wrong(code, f"is not complete, or has a word too many: {error}") from error
        if code in found:
            raise _wrong(code, "stands there twice")
        _check(reply)
        found[code] = reply
    return found


def _check(reply: ReplyText) -> None:
    if reply.use not in USES:
        raise _wrong(reply.code, f"is for {reply.use!r}; use one of {', '.join(USES)}")
    if not reply.name.strip() or not 0 < len(reply.text.strip()) <= _LONGEST:
        raise _wrong(reply.code, f"needs a name, and a text of at most {_LONGEST} letters")
    try:
        parts = list(Formatter().parse(reply.text))
    except ValueError as error:
        raise _wrong(reply.code, f"has a brace that is not closed: {error}") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in _NAMES or form or conversion):
            raise _wrong(reply.code, f"names {{{name}}}; use one of {', '.join(sorted(_NAMES))}")


def _wrong(code: str, sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"replies.toml: the reply {code} {sentence}.")
