"""Following a link from an e-mail. A mail scanner opens links, too: opening does nothing, only the button does (R9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.casework.email_links import find_link, leads_to_enquiry
from portal.casework.forms.work import Nothing
from portal.casework.requester import remember, requester
from portal.casework.services.follow_link import follow_link
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import PublicView

# Where each purpose leads, and what its page says.
_PLACES = {"draft": "casework_requests:draft", "case": "casework_requests:case", "freeze": "casework_requests:freeze"}
_ENQUIRY_PLACES = {**_PLACES, "draft": "casework_enquiries:draft", "case": "casework_enquiries:case"}


class FollowLink(FormPage, PublicView):
    """Says what the link opens; the button opens it."""

    form_class = Nothing
    template = "casework/follow_link.html.jinja"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The page, or the one that says that the link no longer works."""
        with system_scope():
            link = find_link(self.kwargs["token"])
        if link is None:
            return self.page("casework/link_over.html.jinja", status=404)
        return self.page(self.template, {"form": Nothing(), "purpose": link.purpose, "reference": link.subject})

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Remembers in this browser's session what may be seen, and goes there."""
        try:
            link = follow_link(requester("", name="Somebody with a link"), self.kwargs["token"])
        except NotFound:
            return HttpResponseRedirect(self.request.path)
        remember(self.request, link.purpose, link.subject, link.email)
        places = _ENQUIRY_PLACES if leads_to_enquiry(link) else _PLACES
        return HttpResponseRedirect(reverse(places[link.purpose], kwargs={"reference": link.subject}))
