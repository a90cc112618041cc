"""Carriers' files of proofs of delivery, as staff see them (J25)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.foundation.errors import NotFound
from portal.foundation.web.filters import moment, number
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies.models import ProofImport
from portal.supplies.permissions import VIEW_QUEUE
from portal.supplies.proofs.selectors import list_imports


def _row(run: ProofImport) -> dict[str, str]:
    """The import in words."""
    names = ("lines", "delivered", "failed", "already", "moving", "unplaced")
    return {
        "reference": run.reference,
        "name": run.name,
        "when": moment(run.imported_at),
        "who": run.imported_by_name,
        **{name: number(getattr(run, name)) for name in names},
    }


class Proofs(StaffView):
    """The files that were read, newest first."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        page = page_of(list_imports(self.actor), request.GET)
        return self.page("supplies/staff/proofs.html.jinja", {"rows": [_row(run) for run in page.rows], "pages": page})


class ProofRun(StaffView):
    """One file, and what of it nobody could place."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page. Raises NotFound."""
        run = list_imports(self.actor).filter(reference=reference).first()
        if run is None:
            raise NotFound
        return self.page("supplies/staff/proof_import.html.jinja", {"run": _row(run), "problems": run.problems})
