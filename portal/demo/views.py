"""The demonstration's pages: who to be, which code to type, which e-mails were sent."""

from __future__ import annotations

from urllib.parse import urlparse

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.accounts.models import User
from portal.demo.mail import message_or_none, newest_messages
from portal.demo.people import user_of
from portal.demo.personas import BOARD, BY_KEY, PERSONAS, SITES
from portal.demo.second_factor import current_code, give_second_factor
from portal.foundation.errors import NotFound
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import PublicView


class Personas(PublicView):
    """Who can be signed in as, what each can do, and one button each."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list, contractors first."""
        operator = settings.OPERATOR_CODE
        elsewhere = {operator, BOARD}
        groups = [
            (
                "At a practice, a dentist, a pharmacy or an optician",
                [p for p in PERSONAS if not elsewhere & {*p.sites}],
            ),
            ("At the commissioner", [p for p in PERSONAS if BOARD in p.sites]),
            ("At the operator", [p for p in PERSONAS if operator in p.sites]),
        ]
        names = {site.code: site.name for site in SITES}
        return self.page("demo/personas.html.jinja", {"groups": groups, "names": names, "operator": operator})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Signs in as a persona, second factor included."""
        persona = BY_KEY.get(request.POST.get("persona", ""))
        if persona is None:
            raise NotFound
        user = user_of(persona)
        give_second_factor(user)  # again, where somebody took it away
        logout(request)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        record_authentication(request, user, "password", email=user.email)
        record_authentication(request, user, "mfa", type="totp")
        user_logged_in.send(sender=User, request=request, response=None, user=user)  # for the list of sessions
        return HttpResponseRedirect(reverse("accounts:select_organisation"))


class Code(PublicView):
    """The code that the signed-in persona's authenticator app would show."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The code, and the way back to the page that asked for it."""
        user = request.user
        code = current_code(user) if isinstance(user, User) else ""
        back = urlparse(request.headers.get("Referer", ""))
        return_to = f"{back.path}?{back.query}" if back.path.startswith("/account/") else ""
        return self.page("demo/code.html.jinja", {"code": code, "return_to": return_to})


class Mail(PublicView):
    """What the portal has sent, newest first."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page of messages."""
        return self.page("demo/mail.html.jinja", {"page": page_of(newest_messages(), request.GET)})


class MailMessage(PublicView):
    """One e-mail as its reader gets it."""

    def get(self, request: HttpRequest, message: str) -> HttpResponseBase:
        """The message. Raises NotFound for one that does not exist."""
        found = message_or_none(message)
        if found is None:
            raise NotFound
        return self.page("demo/mail_message.html.jinja", {"message": found})
