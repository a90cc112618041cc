"""What a registration message says, whatever form it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

# The messages of GP Links by their own codes, and the change of practice that the notification service sends.
KINDS = {
    "G1": "Acceptance: a practice has taken a patient on",
    "G2": "Amendment by the practice",
    "G3": "Removal asked for: out of the practice's area",
    "G5": "Deduction asked for by the practice",
    "F1": "Amendment by the registration authority",
    "F2": "Deduction: the patient has left the practice's list",
    "F3": "Rejection of an acceptance: wrong authority",
    "F4": "Approval of an acceptance",
    "F8": "Close of the quarter",
    "F9": "FP69: the patient may have left",
    "F10": "FP69 flag taken off",
    "F11": "Rejection of a deduction that was asked for",
    "RECEP": "Receipt",
    "SUPERSEDED": "An NHS number was replaced by another",
    "pds-change-of-gp-1": "Change of practice",
}
ACCEPTANCE_TYPES = {"1": "birth", "2": "first registration", "3": "transfer in", "4": "from abroad"}
DEDUCTION_REASONS = {"1": "death", "2": "moved to another authority", "3": "other"}
# They answer a request of the practice, and carry the request's transaction number.
ANSWERS = {"F3": ("G1",), "F4": ("G1",), "F11": ("G5", "G3")}
HIGHEST_TRANSACTION_NUMBER = 9_999_999
LONGEST_VALUE = 500


@dataclass(frozen=True)
class Rejection:
    """One place in a file that cannot be taken. ``position`` is readable: ``line 7``, ``segment 12 (message 2)``."""

    position: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """As ``--json`` prints it and as the import keeps it."""
        return {"position": self.position, "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Whom it is about, as far as it says. ``names`` are given names; ``address`` lines are without empty ones."""

    nhs_number: str = ""
    old_number: str = ""
    family_name: str = ""
    names: str = ""
    born_on: date | None = None
    address: tuple[str, ...] = ()
    postcode: str = ""

    @property
    def is_numbered(self) -> bool:
        """Whether a number names the patient; a placeholder is none."""
        return bool(self.nhs_number or self.old_number)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One transaction of a message, a row of a CSV file or an item of a JSON one.

    ``reference`` is its transaction number, or what the sender calls it. ``practice`` is the code that the sender
    uses for the practice: an ODS code where the file has one, otherwise the local code after the doctor's GMC number.
    ``is_numbered`` says that the reference is a transaction number of GP Links, which is used again after 9,999,999.
    ``position`` says where it stands in the file and is no part of what makes two the same.
    """

    kind: str
    reference: str
    position: str = field(compare=False)
    is_numbered: bool = False
    sender: str = ""
    recipient: str = ""
    sent_at: datetime | None = None
    authority: str = ""
    practice: str = ""
    doctor: str = ""
    acceptance_type: str = ""
    reason: str = ""
    effective_on: date | None = None
    patient: Patient = Patient()
    previous_practice: str = ""
    new_authority: str = ""
    receipt: str = ""
    replaced_by: str = ""
