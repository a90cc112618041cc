"""References of temporary residents' forms."""

from __future__ import annotations

from portal.foundation.references import new_reference


def new_bag_code() -> str:
    """TB and eight random characters: what the bar code of a bag of forms says."""
    return new_reference("TB")


def new_form_reference() -> str:
    """TR and eight random characters: one form. Nothing of the patient is in it."""
    return new_reference("TR")
