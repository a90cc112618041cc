"""What a guided request is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.casework.forms.requests.step_form import StepContext, StepForm
from portal.casework.models import RequestDraft

DONE = "_done"  # in a draft's answers: the codes of the steps that were answered

Condition = Callable[[Mapping[str, Any]], bool]


def always(answers: Mapping[str, Any]) -> bool:
    """A step that everybody sees."""
    return True


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page. ``title`` is its h1; ``text`` a paragraph above the form; ``help_slug`` the help page linked there.

    ``condition`` looks at the answers so far; a step that does not apply is neither asked nor sent.
    ``only`` is ``signed_in`` or ``without_account`` where a step is for one of them.
    """

    code: str
    title: str
    form: type[StepForm]
    text: str = ""
    help_slug: str = ""
    condition: Condition = always
    only: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One kind of request. ``who`` may ask, ``needs`` to have at hand, ``afterwards`` what happens next."""

    code: str
    title: str
    summary: str
    who: str
    needs: tuple[str, ...]
    afterwards: tuple[str, ...]
    help_slug: str
    steps: tuple[Step, ...]
    contractor_types: frozenset[str]
    main_contact_only: bool = False
    without_account: bool = True

    def steps_for(self, draft: RequestDraft) -> list[Step]:
        """The steps that apply to the draft as its answers stand, in order."""
        signed_in = draft.user_id is not None
        return [
            step
            for step in self.steps
            if step.only in ("", "signed_in" if signed_in else "without_account") and step.condition(draft.answers)
        ]

    def step(self, draft: RequestDraft, code: str) -> Step | None:
        """The step of this code, when it applies."""
        return next((step for step in self.steps_for(draft) if step.code == code), None)

    def first_unanswered(self, draft: RequestDraft) -> Step | None:
        """Where to go on; None when all is answered."""
        done = set(draft.answers.get(DONE, ()))
        return next((step for step in self.steps_for(draft) if step.code not in done), None)


def context_of(step: Step, draft: RequestDraft) -> StepContext:
    """What the step's form is given."""
    return StepContext(draft=draft, signed_in=draft.user_id is not None, options=step.options)


def faults_of(journey: Journey, draft: RequestDraft) -> dict[str, StepForm]:
    """The steps whose stored answers are not valid any more (or were never given), with their bound forms.

    Every form is run again before a request is sent: the world may have changed, and a draft is only a draft.
    """
    faults = {}
    for step in journey.steps_for(draft):
        form = step.form(data=step.form.posted_from(draft.answers), step=context_of(step, draft))
        if not form.is_valid():
            faults[step.code] = form
    return faults
