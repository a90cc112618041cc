"""Searches as the operator sees them: each missing bag, who was asked, and who has not answered (J26)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records.permissions import VIEW_ALL_RECORDS, WORK_RECORDS
from portal.records.searches import selectors as read
from portal.records.searches.forms import AnswerForm
from portal.records.searches.services.answer_search import answer_search_for


class Searches(StaffView):
    """Every bag that is looked for."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page, the longest missing first."""
        page = page_of(read.searches(self.actor), request.GET)
        context = {"pages": page, "rows": page.rows, "overdue": read.overdue_answers(self.actor).count()}
        return self.page("searches/staff/searches.html.jinja", context)


class Search(StaffView):
    """Who was asked about the bags of one movement, and what each said."""

    permission = VIEW_ALL_RECORDS
    notices = {
        "found": "It is found, and goes on from there. Everybody else who was asked need not look any more.",
        "not_here": "Kept. The search goes on.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The page. Raises NotFound."""
        tasks = read.tasks_of(self.actor, reference)
        context = {"tasks": tasks, "movement": tasks[0].bag.movement, "may_work": self.actor.can(WORK_RECORDS)}
        return self.page("searches/staff/search.html.jinja", context)


class AnswerFor(FormPage, StaffView):
    """An answer for the store, the hub or the courier, or of a practice that telephoned."""

    permission = WORK_RECORDS
    form_class = AnswerForm
    template = "searches/staff/answer.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"task": read.task_for_staff(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Answers."""
        task = read.task_for_staff(self.actor, self.kwargs["reference"])
        onward = answer_search_for(self.actor, form.command(task.reference))
        done = "found" if onward else "not_here"
        return self.go("staff_searches:search", done=done, reference=task.bag.movement.reference)
