"""The notice for those who must know that forms are missing, on paper. Nothing that anybody typed freely is on it."""

from __future__ import annotations

from reportlab.platypus import Flowable

from portal.foundation.web.filters import day
from portal.foundation.web.paper import HEADING, SMALL_HEADING, build, key_and_value, space, text
from portal.serials.incidents import ink_words, numbers_of
from portal.serials.kinds import KINDS
from portal.serials.models import FormIncident


def missing_notice(incident: FormIncident) -> bytes:
    """The notice as PDF: which forms, whose, since when, what to do. Nothing that was typed freely.

    The police reference is there, because whoever is offered a form quotes it.
    """
    site = incident.organisation
    story: list[Flowable] = [
        text(f"Missing forms: {incident.case_reference}", HEADING),
        key_and_value("Form", f"{incident.item.name} ({incident.item.code})"),
        key_and_value("Numbers", numbers_of(incident)),
        key_and_value("What happened", KINDS[incident.kind]),
        key_and_value("Noticed on", day(incident.found_on)),
        key_and_value("Site", f"{site.name} ({site.code}), {', '.join([*site.address_lines, site.postcode])}"),
        *([key_and_value("Police reference", incident.police_reference)] if incident.police_reference else []),
        space(),
        text("What to do", SMALL_HEADING),
        *([text(ink)] if (ink := ink_words(incident.ink_until)) else []),
        text("Keep a form with one of these numbers. Tell us and the police. Give nothing out on it."),
    ]
    return build(f"Missing forms {incident.case_reference}", story)
