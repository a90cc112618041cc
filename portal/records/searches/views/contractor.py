"""Searches as a practice sees them: what it is asked to look for, and its answer (J9, J26)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.records.permissions import MOVE_RECORDS, VIEW_RECORDS
from portal.records.presenters import patient_of
from portal.records.searches import selectors as read
from portal.records.searches.forms import AnswerForm
from portal.records.searches.services.answer_search import answer_search


class Tasks(ContractorView):
    """What the site is asked to look for; ``?show=answered`` for what it has answered."""

    permission = VIEW_RECORDS
    shows_patients = "find_record"
    notices = {
        "found": "Thank you. The record goes on from you: it is in Records In or Records Out now.",
        "not_here": "Thank you for looking. We go on with the search.",
    }

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """One page of them."""
        answered = request.GET.get("show") == "answered"
        page = page_of(read.own_tasks(self.actor, answered=answered), request.GET)
        records = read.records_sought(list(page.rows))
        rows = [(task, patient_of(records[task.part_id])) for task in page.rows]
        context = {"rows": rows, "pages": page, "answered": answered, "may_move": self.actor.can(MOVE_RECORDS)}
        return self.page("searches/tasks.html.jinja", context)


class Task(FormPage, ContractorView):
    """One question, and its answer."""

    permission = MOVE_RECORDS
    shows_patients = "find_record"
    form_class = AnswerForm
    template = "searches/task.html.jinja"

    def context(self) -> dict[str, Any]:
        task = read.own_task(self.actor, self.kwargs["reference"])
        record = read.records_sought([task])[task.part_id]
        return {"task": task, "patient": patient_of(record), "may_answer": task.state in ("asked", "not_here")}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Answers; a record that was found goes on at once."""
        onward = answer_search(self.actor, form.command(self.kwargs["reference"]))
        return self.go("searches:tasks", done="found" if onward else "not_here")
