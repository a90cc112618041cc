"""References of registration events and of what belongs to them."""

from __future__ import annotations

from portal.foundation.references import new_reference


def new_event_reference() -> str:
    """RE and eight random characters: one event taken in."""
    return new_reference("RE")


def new_import_reference() -> str:
    """RI and eight random characters: one file."""
    return new_reference("RI")


def new_patient_reference() -> str:
    """RP and eight random characters: one patient. It says nothing about them, so it may stand in an address."""
    return new_reference("RP")


def new_wanted_reference() -> str:
    """WM and eight random characters: one movement that a registration calls for."""
    return new_reference("WM")


def new_joining_reference() -> str:
    """PJ and eight random characters: two patients who are said to be one."""
    return new_reference("PJ")
