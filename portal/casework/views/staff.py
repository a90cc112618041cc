"""Cases as the operator's staff works on them."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.casework.checkpoints import first_to_do
from portal.casework.colleagues import colleagues, queues_of
from portal.casework.conversation import first_files_of, history_of, thread_of
from portal.casework.desk import SHOWN, Wanted, clock_of, find_cases, my_work, queue_counts, team_load
from portal.casework.finding import SearchedFor
from portal.casework.forms.desk import CaseFilter
from portal.casework.permissions import VIEW_CASES, WORK_CASES
from portal.casework.policy import policy
from portal.casework.requests import request_of
from portal.casework.selectors import find_case
from portal.casework.states import CASE, OPEN_STATES
from portal.casework.views.own_case_pages import FilePage
from portal.foundation.web.pages import PAGE_SIZE, page_of
from portal.foundation.web.views import StaffView


class Cases(StaffView):
    """The queues and the cases in them: what is to be looked at first comes first."""

    permission = VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page of cases."""
        staff = colleagues()
        wanted = Wanted.read(request.GET)
        searched = SearchedFor.read(wanted.search)
        page = page_of(find_cases(self.actor, wanted, staff, searched), request.GET)
        context = {
            "page": page,
            "wanted": wanted,
            "limits": [] if not wanted.search or page.next_link else searched.limits(PAGE_SIZE * page.number),
            "shown": SHOWN,
            "queues": queue_counts(self.actor),
            "filter": CaseFilter(request.GET if wanted.is_filtered else None, staff=staff),
            "may_work": self.actor.can(WORK_CASES),
            "today": timezone.localdate(),
        }
        return self.page("casework/cases.html.jinja", context)


class MyWork(StaffView):
    """What this person has to do: their own cases, what ran out, and what nobody has in their queues."""

    permission = WORK_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page: four lists of cases."""
        names = [policy().queues[code] for code in queues_of(self.actor)]
        context = {"work": my_work(self.actor), "queue_names": names, "today": timezone.localdate()}
        return self.page("casework/my_work.html.jinja", context)


class TeamLoad(StaffView):
    """Who has how much, so that work can be shared out."""

    permission = VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The table."""
        owners = {each.user_id: each.reference for each in colleagues()}
        return self.page("casework/team_load.html.jinja", {"rows": team_load(self.actor), "owners": owners})


class OneCase(StaffView):
    """One case with everything about it and what can be done next."""

    permission = VIEW_CASES
    notices = {
        "taken": "You are now looking into it.",
        "waiting": "The case waits. The site sees for whom.",
        "answered": "The answer was sent.",
        "replied": "The reply was sent.",
        "replied_waits": "The reply was sent, and the case waits for theirs.",
        "noted": "The note is kept. Only staff read it.",
        "planned": "The queue and the day are kept.",
        "merged": "The case was joined to the other one.",
        "given": "Your colleague has it now. An e-mail tells them.",
        "put_back": "The case is back in its queue. Nobody has it.",
        "resumed": "The case goes on, and its clock with it.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The case, its thread, its history, and the steps this person may take."""
        case = find_case(self.actor, reference)
        context = {
            "case": case,
            "change": request_of(self.actor, case),
            "events": history_of(self.actor, case),
            "thread": thread_of(self.actor, case),
            "files": first_files_of(self.actor, case),
            "allowed": {target for target in CASE.states if CASE.allows(self.actor, case.state, target)},
            "may_work": self.actor.can(WORK_CASES),
            "is_open": case.state in OPEN_STATES,
            "queue": policy().queues.get(case.queue, case.queue),
            "clock": clock_of(case),
            "todo": first_to_do(case) if case.state in OPEN_STATES else None,
            "duplicates": list(case.merged.values_list("reference", flat=True)),
        }
        return self.page("casework/staff_case.html.jinja", context)


class File(FilePage, StaffView):
    """A file of the case, or of a note."""

    permission = VIEW_CASES
