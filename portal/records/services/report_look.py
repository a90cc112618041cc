"""A Main Contact reports a look that seems wrong (R2; trust: the stalker)."""

from __future__ import annotations

from portal.casework.api import Case, OpenCase, cases_about, open_case
from portal.foundation.access import Actor, service
from portal.foundation.errors import Conflict, InvalidInput
from portal.records.looks import look_named
from portal.records.permissions import WATCH_LOOKS

_ABOUT = "look"


@service(WATCH_LOOKS)
def report_look(actor: Actor, name: str, details: str) -> Case:
    """Opens a case about the look; the access log itself is never changed.

    Raises NotFound for a look that is not the site's to see, Conflict when it was reported already, InvalidInput
    without words.
    """
    if not details.strip():
        raise InvalidInput({"details": "Say why it seems wrong."})
    look = look_named(actor, name)
    if earlier := cases_about(actor, _ABOUT, name):
        raise Conflict(f"This look was reported already. It is case {earlier[0].reference}.")
    return open_case(
        actor,
        OpenCase(
            kind="wrong_look",
            subject=f"A look at a patient seems wrong ({look.patient})",
            details=details.strip(),
            about_type=_ABOUT,
            about_reference=name,
            payload={"look": name, "patient_reference": look.patient},
        ),
    )
