"""A workflow's table checks itself, its steps and who may take them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.foundation.access import OWN_ACCOUNT, system_actor
from portal.foundation.access.permissions import Permission
from portal.foundation.errors import Conflict, Refused
from portal.foundation.workflow import WORKFLOWS, State, Workflow, steps

OTHER = Permission("tests.other", "do something else")
OPEN = State(code="open", label="Open", holder="Somebody")
SHUT = State(code="shut", label="Shut", holder="Nobody", final=True)
ACTOR = system_actor("a test", OWN_ACCOUNT)


@pytest.fixture
def door() -> Iterator[Workflow]:
    yield Workflow("door", states=(OPEN, SHUT), steps=steps("open", "shut", OTHER, OWN_ACCOUNT))
    del WORKFLOWS["door"]


def test_a_step_that_exists_and_is_allowed_passes(door: Workflow) -> None:
    door.check(ACTOR, "open", "shut")


def test_a_step_that_does_not_exist_is_a_conflict_in_words(door: Workflow) -> None:
    with pytest.raises(Conflict, match="This door is shut, so it cannot become open"):
        door.check(ACTOR, "shut", "open")


def test_a_step_that_the_actor_may_not_take_is_refused(door: Workflow) -> None:
    with pytest.raises(Refused):
        door.check(system_actor("nobody"), "open", "shut")


def test_the_diagram_shows_every_step(door: Workflow) -> None:
    assert "open --> shut" in door.diagram()


@pytest.mark.parametrize(
    ("states", "table"),
    [
        ((OPEN,), steps("open", "gone", OTHER)),
        ((OPEN, SHUT), steps("shut", "open", OTHER)),
        ((OPEN,), ()),
    ],
    ids=["unknown state", "a final state with a way out", "a state without a way out"],
)
def test_a_table_that_contradicts_itself_does_not_import(states: tuple[State, ...], table: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="broken"):
        Workflow("broken", states=states, steps=table)  # type: ignore[arg-type]
    WORKFLOWS.pop("broken", None)
