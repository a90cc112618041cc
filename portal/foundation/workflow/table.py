"""A workflow is a table: states, and the steps between them. Code, buttons, trigger and diagram read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import pgtrigger

from portal.foundation.access.actor import Actor
from portal.foundation.access.permissions import Permission
from portal.foundation.errors import Conflict


@dataclass(frozen=True, kw_only=True)
class State:
    """One state. ``holder`` says who has the thing now; a final state has no way out."""

    code: str
    label: str
    holder: str
    colour: str = ""  # an NHS tag modifier: blue, green, yellow, red, grey ...
    final: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One permitted change of state. Any of ``permissions`` will do."""

    source: str
    target: str
    permissions: tuple[Permission, ...]
    told: str = ""  # who is told, for the diagram and the docs


class HasState(Protocol):
    """A row with a ``state`` column."""

    state: str


class Workflow:
    """The states of one thing. Raises ValueError on a table that contradicts itself."""

    def __init__(self, name: str, *, states: tuple[State, ...], steps: tuple[Step, ...]) -> None:
        self.name = name
        self.states = {state.code: state for state in states}
        self.steps = {(step.source, step.target): step for step in steps}
        self._check_table()
        WORKFLOWS[name] = self

    def _check_table(self) -> None:
        sources = {source for source, _ in self.steps}
        for source, target in self.steps:
            if source not in self.states or target not in self.states:
                raise ValueError(f"{self.name}: {source} -> {target} names an unknown state.")
        for code, state in self.states.items():
            if state.final == (code in sources):
                raise ValueError(f"{self.name}: {code} must have a way out, or be final and have none.")

    @property
    def initial(self) -> str:
        """The state a new row has: the first in the table."""
        return next(iter(self.states))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """For a model field."""
        return [(state.code, state.label) for state in self.states.values()]

    def allows(self, actor: Actor, source: str, target: str) -> bool:
        """Whether the step exists and the actor may take it: for buttons."""
        step = self.steps.get((source, target))
        return step is not None and any(actor.can(permission) for permission in step.permissions)

    def check(self, actor: Actor, source: str, target: str) -> None:
        """Raises Conflict when there is no such step, Refused when the actor may not take it."""
        step = self.steps.get((source, target))
        if step is None:
            here, there = self.states[source].label.lower(), self.states[target].label.lower()
            raise Conflict(
                f"This {self.name} is {here}, so it cannot become {there}. Open it again to see it as it is."
            )
        if not self.allows(actor, source, target):
            actor.require(step.permissions[0])

    def trigger(self, field: str = "state") -> pgtrigger.FSM:
        """The same table as a database trigger, so that raw SQL obeys it too."""
        return pgtrigger.FSM(name=f"{self.name.replace(' ', '_')}_steps", field=field, transitions=list(self.steps))

    def diagram(self) -> str:
        """The table as a Mermaid state diagram for the docs."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {code}: {state.label}" for code, state in self.states.items()]
        lines += [f"    {source} --> {target}" for source, target in self.steps]
        lines += [f"    {code} --> [*]" for code, state in self.states.items() if state.final]
        return "\n".join(lines)


WORKFLOWS: dict[str, Workflow] = {}


def apply(workflow: Workflow, row: Any, target: str, *, actor: Actor) -> None:
    """Moves ``row`` (already locked by the caller) to ``target`` and saves its state.

    Raises Conflict or Refused as ``Workflow.check`` does. The caller records the event.
    """
    workflow.check(actor, row.state, target)
    row.state = target
    row.save(update_fields=["state"])


def steps(sources: tuple[str, ...] | str, target: str, *permissions: Permission, told: str = "") -> tuple[Step, ...]:
    """Several steps to one target, for a readable table."""
    many = (sources,) if isinstance(sources, str) else sources
    return tuple(Step(source=source, target=target, permissions=permissions, told=told) for source in many)
