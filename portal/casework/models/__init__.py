"""Cases, and the changes they may ask for."""

from portal.casework.models.attachment import Attachment, DraftFile
from portal.casework.models.case import Case
from portal.casework.models.case_word import CaseWord
from portal.casework.models.change_request import ChangeRequest
from portal.casework.models.draft import EmailLink, RequestDraft
from portal.casework.models.email_received import EmailReceived
from portal.casework.models.message import Message
from portal.casework.models.plan_step import PlanStep
from portal.casework.models.proof import CallAttempt, Decision, VerifiedContact

__all__ = [
    "Attachment",
    "CallAttempt",
    "Case",
    "CaseWord",
    "ChangeRequest",
    "Decision",
    "DraftFile",
    "EmailLink",
    "EmailReceived",
    "Message",
    "PlanStep",
    "RequestDraft",
    "VerifiedContact",
]
