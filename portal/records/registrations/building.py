"""From the texts of one transaction to a checked ``Registration``: the same rules for every form it comes in."""

from __future__ import annotations

from portal.records.registrations.incoming import (
    ACCEPTANCE_TYPES,
    HIGHEST_TRANSACTION_NUMBER,
    KINDS,
    LONGEST_VALUE,
    Patient,
    Registration,
)
from portal.records.registrations.nhs_number import WrongNumber, split_number
from portal.records.registrations.values import WrongValue, day, moment, practice_code

_WITHOUT_PATIENT = {"F8", "RECEP"}
_WITHOUT_PRACTICE = {*_WITHOUT_PATIENT, "SUPERSEDED"}
# An approval or a rejection may name only the transaction that it answers (FINDINGS section 7).
_PATIENT_BY_NUMBER = set(KINDS) - _WITHOUT_PATIENT - {"G1", "F3", "F4"}
_LONGEST_CODE = 20

# The names that a text may come under: the columns of a CSV file and the keys of a JSON item.
TEXTS = (
    "kind", "reference", "sent_at", "sender", "recipient", "authority", "practice", "acceptance_type", "reason",
    "effective_on", "nhs_number", "family_name", "names", "born_on", "address", "postcode", "previous_practice",
    "new_authority", "replaced_by",
)  # fmt: skip


def build(texts: dict[str, str], position: str, *, is_numbered_link: bool = False) -> Registration:
    """Checks the texts of one transaction. Raises WrongValue with a sentence about the first that is wrong.

    ``is_numbered_link`` says that the reference is a transaction number of GP Links, which wraps round after
    9,999,999.
    """
    given = {name: _clean(name, text) for name, text in texts.items()}
    kind = _kind(given.get("kind", ""))
    reference = given.get("reference", "")
    if is_numbered_link and kind not in _WITHOUT_PATIENT:
        reference = _transaction_number(reference)
    elif not reference:
        raise WrongValue("The reference is missing. It tells a repeated event from a new one.")
    practice, doctor = practice_code(given.get("practice", ""))
    if not practice and kind not in _WITHOUT_PRACTICE:
        raise WrongValue("The code of the practice is missing.")
    if len(practice) > _LONGEST_CODE or len(doctor) > _LONGEST_CODE:
        raise WrongValue(f"The code of the practice is longer than {_LONGEST_CODE} characters.")
    registration = Registration(
        kind=kind,
        reference=reference,
        position=position,
        is_numbered=is_numbered_link,
        sender=given.get("sender", ""),
        recipient=given.get("recipient", ""),
        sent_at=moment(given["sent_at"], "The time of sending") if given.get("sent_at") else None,
        authority=given.get("authority", ""),
        practice=practice,
        doctor=doctor,
        acceptance_type=given.get("acceptance_type", ""),
        reason=given.get("reason", ""),
        effective_on=day(given["effective_on"], "The date it takes effect") if given.get("effective_on") else None,
        patient=_patient(kind, given),
        previous_practice=given.get("previous_practice", ""),
        new_authority=given.get("new_authority", ""),
        receipt=given.get("receipt", ""),
        replaced_by=_successor(kind, given),
    )
    _check(registration)
    return registration


def _patient(kind: str, given: dict[str, str]) -> Patient:
    typed = given.get("nhs_number", "")
    try:
        nhs_number, old_number = split_number(typed)
    except WrongNumber as error:
        raise WrongValue(str(error)) from None
    if kind in _PATIENT_BY_NUMBER and not typed:
        raise WrongValue("The patient's number is missing.")
    return Patient(
        nhs_number=nhs_number,
        old_number=old_number,
        family_name=given.get("family_name", ""),
        names=given.get("names", ""),
        born_on=day(given["born_on"], "The date of birth") if given.get("born_on") else None,
        address=tuple(line.strip() for line in given.get("address", "").split("\n") if line.strip()),
        postcode=" ".join(given.get("postcode", "").upper().split()),
    )


def _successor(kind: str, given: dict[str, str]) -> str:
    """The number that replaces the patient's; only the kind that says so may name one."""
    typed = given.get("replaced_by", "")
    if kind != "SUPERSEDED":
        if typed:
            raise WrongValue("Only the kind SUPERSEDED says which number replaces another.")
        return ""
    try:
        nhs_number, _ = split_number(typed)
    except WrongNumber as error:
        raise WrongValue(str(error)) from None
    if not nhs_number:
        raise WrongValue("The number that replaces it is missing, or is no NHS number of a patient.")
    return nhs_number


def _check(registration: Registration) -> None:
    """What a kind cannot do without."""
    if registration.kind == "G1":
        if registration.acceptance_type not in ACCEPTANCE_TYPES:
            raise WrongValue("The acceptance type must be 1 birth, 2 first, 3 transfer in or 4 from abroad.")
        if not (registration.patient.is_numbered or registration.patient.family_name):
            raise WrongValue("The acceptance names no patient: neither a number nor a family name.")
    if registration.kind == "SUPERSEDED":
        if not registration.patient.nhs_number:
            raise WrongValue("The number that was replaced must be an NHS number of a patient.")
        if registration.patient.nhs_number == registration.replaced_by:
            raise WrongValue("A number cannot replace itself.")
    if registration.kind in {"F2", "G5"} and not registration.reason:
        raise WrongValue("The deduction does not say its reason.")


def _kind(text: str) -> str:
    found = next((kind for kind in KINDS if kind.upper() == text.upper()), None)
    if found is None:
        raise WrongValue(f"The kind must be one of {', '.join(KINDS)}.")
    return found


def _transaction_number(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) <= HIGHEST_TRANSACTION_NUMBER):
        raise WrongValue(f"The transaction number must be a whole number from 1 to {HIGHEST_TRANSACTION_NUMBER:,}.")
    return str(int(text))


def _clean(name: str, text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_VALUE:
        raise WrongValue(f"The value for {name.replace('_', ' ')} is longer than {LONGEST_VALUE} characters.")
    lines = text.split("\n") if name == "address" else [text]
    if not all(line.isprintable() for line in lines):
        raise WrongValue(f"The value for {name.replace('_', ' ')} holds control characters or bytes that are no text.")
    return text
