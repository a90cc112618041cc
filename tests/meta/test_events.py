"""Every event type has a sentence that its fields can fill, and something that produces it."""

from __future__ import annotations

import string

from portal.foundation.audit.events import REGISTER
from tests.meta.source import constants_of, modules, short, users_of


def test_every_event_type_has_a_producer() -> None:
    idle = []
    for path in modules():
        if path.name == "events.py" and path.parent.name != "audit":
            idle += [
                f"{short(path)}: {name}"
                for name in constants_of(path, "event_type")
                if not users_of(name, besides=path)
            ]
    assert idle == []


def test_every_sentence_uses_only_what_the_event_has() -> None:
    wrong = {}
    for event in REGISTER.values():
        wanted = {name for _, name, _, _ in string.Formatter().parse(event.sentence) if name}
        if extra := wanted - event.fields - {"actor", "subject"}:
            wrong[event.code] = extra
    assert wrong == {}


def test_every_sentence_says_something() -> None:
    assert [event.code for event in REGISTER.values() if len(event.sentence) < 10] == []
