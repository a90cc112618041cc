"""The actions that a plan's steps name. Other apps register theirs: what closes a site concerns them all.

An action is idempotent: a step that was interrupted is simply done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.casework.models import ChangeRequest, PlanStep


@dataclass(frozen=True, kw_only=True)
class Done:
    """The step is done. ``said`` is a sentence for both sides, with numbers where there are any."""

    said: str


@dataclass(frozen=True, kw_only=True)
class NotYet:
    """Somebody else has to do something first; ``said`` names whom. It is asked again later."""

    said: str


Outcome = Done | NotYet
Action = Callable[[ChangeRequest, PlanStep], Outcome]
ACTIONS: dict[str, Action] = {}
BY_HAND = frozenset({"return_secure_forms"})


def action(code: str) -> Callable[[Action], Action]:
    """Registers a function as the action of that code. Raises ValueError when the code is taken.

    The function may raise a DomainError, whose sentence says why it does not work and is shown to staff. An app
    that takes over what was done by hand registers one of the codes in ``BY_HAND``.
    """

    def register(function: Action) -> Action:
        if code in ACTIONS:
            raise ValueError(f"The action {code} is registered twice.")
        ACTIONS[code] = function
        return function

    return register


def is_by_hand(step: PlanStep) -> bool:
    """Whether a person does the step and says so, because no app has taken it over."""
    return step.action not in ACTIONS


def perform(request: ChangeRequest, step: PlanStep) -> Outcome:
    """Does the step, or says whom it waits for. Raises DomainError when it does not work."""
    if is_by_hand(step):
        return NotYet(said="A data manager does this with the site, and says here that it is done.")
    return ACTIONS[step.action](request, step)
