"""Every workflow: each state can be reached, somebody has it, and it has a way out or is the end."""

from __future__ import annotations

import pytest
from django.apps import apps

from portal.foundation.workflow import WORKFLOWS
from portal.supplies.states import ORDER_LINE, ORDER_PRECEDENCE

# A new order line starts where its approval and its stock put it (services/place_order).
STARTS = {"order line": {"awaiting_approval", "accepted", "back_ordered"}}


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_every_state_can_be_reached(name: str) -> None:
    workflow = WORKFLOWS[name]
    reached = STARTS.get(name, {workflow.initial})
    while more := {target for source, target in workflow.steps if source in reached} - reached:
        reached = reached | more
    assert set(workflow.states) - reached == set()


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_every_state_says_who_has_it(name: str) -> None:
    assert [state.code for state in WORKFLOWS[name].states.values() if not state.holder] == []


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_an_end_can_be_reached_from_every_state(name: str) -> None:
    workflow = WORKFLOWS[name]
    good = {code for code, state in workflow.states.items() if state.final} | {"received", "closed"}
    while more := {source for source, target in workflow.steps if target in good} - good:
        good = good | more
    assert set(workflow.states) - good == set()


def test_every_row_with_a_workflow_has_its_database_trigger() -> None:
    triggers = {
        trigger.name
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", [])
        if trigger.name.endswith("_steps")
    }
    assert triggers == {f"{name.replace(' ', '_')}_steps" for name in WORKFLOWS}


def test_the_derived_order_state_knows_every_line_state() -> None:
    assert set(ORDER_PRECEDENCE) == set(ORDER_LINE.states)
