"""What other apps may ask of casework."""

from portal.casework.applying.actions import Done, NotYet, Outcome, action
from portal.casework.cards import contractor_case_cards, staff_case_cards
from portal.casework.checkpoints import before_settling
from portal.casework.messages import way_to_case
from portal.casework.models import Case, ChangeRequest, PlanStep
from portal.casework.selectors import cases_about
from portal.casework.services.open_case import OpenCase, open_case
from portal.casework.services.work_case import answer_case

__all__ = [
    "Case",
    "ChangeRequest",
    "Done",
    "NotYet",
    "OpenCase",
    "Outcome",
    "PlanStep",
    "action",
    "answer_case",
    "before_settling",
    "cases_about",
    "contractor_case_cards",
    "open_case",
    "staff_case_cards",
    "way_to_case",
]
