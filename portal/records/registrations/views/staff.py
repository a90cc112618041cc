"""Registration events as staff see them: files, what was rejected, and what waits for a person (J28)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records.registrations import presenters as say
from portal.records.registrations import selectors as read
from portal.records.registrations.permissions import VIEW_IMPORTS


class Imports(StaffView):
    """The files that were offered."""

    permission = VIEW_IMPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, newest first; ``?show=rejected`` for those with something to do."""
        only_rejected = request.GET.get("show") == "rejected"
        page = page_of(read.imports(self.actor, only_rejected=only_rejected), request.GET)
        rows = [say.import_row(run) for run in page.rows]
        return self.page(
            "registrations/imports.html.jinja", {"rows": rows, "pages": page, "only_rejected": only_rejected}
        )


class ImportPage(StaffView):
    """One file and what of it was rejected."""

    permission = VIEW_IMPORTS

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page. Raises NotFound."""
        run = read.import_with(self.actor, reference)
        page = page_of(read.rejections(run), request.GET)
        return self.page(
            "registrations/import.html.jinja",
            {
                "run": say.import_row(run),
                "is_finished": run.finished_at is not None,
                "rows": [say.rejection_row(each) for each in page.rows],
                "pages": page,
            },
        )


class Questions(StaffView):
    """Events that only a person can bring to an end."""

    permission = VIEW_IMPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, oldest first."""
        page = page_of(read.open_questions(self.actor), request.GET)
        rows = [say.question_row(event) for event in page.rows]
        return self.page("registrations/questions.html.jinja", {"rows": rows, "pages": page})
