"""Importing one file of an ODS release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.organisations.events import RELEASE_IMPORTED, RELEASE_REFUSED
from portal.organisations.models import ImportRun
from portal.organisations.ods_import.importing import import_file
from portal.organisations.ods_import.outcome import FileOutcome
from portal.organisations.ods_import.refusal import printable
from portal.organisations.permissions import IMPORT_DIRECTORY


@dataclass(frozen=True, kw_only=True)
class ImportRelease:
    """One file; ``released_on`` and ``layout`` only where the file's content shall not tell."""

    path: Path
    released_on: date | None = None
    layout: str = ""


@service(IMPORT_DIRECTORY)
def import_release(actor: Actor, command: ImportRelease) -> FileOutcome:
    """Imports the file whole or not at all, and keeps a run of it either way (J23, R7).

    What it says otherwise of sites that use the portal is handed on (``DIRECTORY_DIFFERENCES``), because people and
    orders change only by somebody's decision. A refused file is an answer with ``rejected`` lines, not an error:
    the run and its event are committed.
    """
    outcome = import_file(command.path, released_on=command.released_on, layout_name=command.layout)
    run = ImportRun.objects.create(
        file_name=printable(command.path.name),
        sha256=outcome.sha256,
        layout=outcome.layout,
        released_on=outcome.released_on,
        outcome="refused" if outcome.is_refused else "applied",
        **outcome.counts(),
        rejected=[each.as_json() for each in outcome.rejected],
        actor_user_id=actor.user_id,
        actor_name=actor.name,
    )
    if outcome.is_refused:
        first = outcome.rejected[0]
        record(RELEASE_REFUSED, actor=actor, subject=run, file_name=run.file_name, line=first.line, reason=first.reason)
    else:
        released_on = outcome.released_on.isoformat() if outcome.released_on else ""
        record(
            RELEASE_IMPORTED,
            actor=actor,
            subject=run,
            file_name=run.file_name,
            layout=run.layout,
            released_on=released_on,
            **outcome.counts(),
        )
        # Organisations is below those who have people and cases there, so it is told whom to tell.
        import_string(settings.DIRECTORY_DIFFERENCES)(outcome.differences, outcome.released_on)
    return outcome


def preview_release(actor: Actor, command: ImportRelease) -> FileOutcome:
    """What ``import_release`` would do, with the differences; changes nothing. Raises Refused."""
    actor.require(IMPORT_DIRECTORY)
    return import_file(command.path, released_on=command.released_on, layout_name=command.layout, dry_run=True)
