"""References of cases."""

from __future__ import annotations

from portal.foundation.references import new_reference


def new_case_reference() -> str:
    """CA and eight random characters, such as CA-7F3K-9QCM."""
    return new_reference("CA")


def new_draft_reference() -> str:
    """RD and eight random characters: a request that is not sent yet."""
    return new_reference("RD")


def new_message_reference() -> str:
    """MS and eight random characters: one message on a case."""
    return new_reference("MS")
