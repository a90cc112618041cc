"""One's own case for somebody without account, who followed a link to it (J20)."""

from __future__ import annotations

from portal.casework.permissions import REPORT, VIEW_OWN_CASES
from portal.casework.requester import RequesterView
from portal.casework.views.own_case_pages import ClosePage, FilePage, RatePage, WritePage

_LAYOUT = "layouts/public.html.jinja"


class Write(WritePage, RequesterView):
    """Write to whoever works on it."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework_requests"


class Rate(RatePage, RequesterView):
    """Say how it went."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework_requests"


class Close(ClosePage, RequesterView):
    """The answer settles it."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework_requests"


class File(FilePage, RequesterView):
    """A file of the case."""

    permission = VIEW_OWN_CASES
