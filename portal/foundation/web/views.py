"""The base views: sign-in, second factor, actor, permission and error pages, in one place.

A concrete view names its audience by its base class and its permission by ``permission = ...``;
without one it does not import. Views call one service and redirect; they never write themselves.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views import View

from portal.foundation.access.actor import PUBLIC, Actor
from portal.foundation.access.permissions import Permission
from portal.foundation.access.refusals import keep_attempt, note_attempt
from portal.foundation.audit.looking import looking
from portal.foundation.audit.purposes import PURPOSES
from portal.foundation.errors import (
    Conflict,
    DomainError,
    FreshSecondFactorNeeded,
    NotFound,
    Refused,
    SignInNeeded,
)
from portal.foundation.web.errors import method_not_allowed


class PortalView(View):
    """What every page of the portal shares. Use one of the subclasses below."""

    permission: ClassVar[Permission | None] = None
    audience: ClassVar[str] = ""
    needs_sign_in: ClassVar[bool] = True
    # What ``?done=code`` says at the top of the page after a redirect: fixed sentences only.
    notices: ClassVar[dict[str, str]] = {}
    # Why the page shows patients: a key of PURPOSES, or '' for a page that shows none. Their data can be read only
    # where this is said, and each patient read is in the access log before the page leaves (R2).
    shows_patients: ClassVar[str] = ""
    actor: Actor

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not abstract and cls.audience != "public" and cls.permission is None:
            raise ImproperlyConfigured(f"{cls.__module__}.{cls.__qualname__} declares no permission.")
        if cls.shows_patients and cls.shows_patients not in PURPOSES:
            raise ImproperlyConfigured(f"{cls.__module__}.{cls.__qualname__} shows patients for an unknown purpose.")

    def find_actor(self) -> Actor:
        """Builds the actor for this path; raises NotFound where there is no live membership (R1)."""
        raise ImproperlyConfigured(f"{type(self).__name__} has no audience.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Builds the actor, checks the permission, and turns domain errors into pages."""
        try:
            if self.needs_sign_in:
                if way_in := _second_factor_gate(request):
                    return way_in
            self.actor = request.actor = self.find_actor()  # type: ignore[attr-defined]
            if self.permission is not None:
                self.actor.require(self.permission)
            if self.shows_patients:
                return self._answer_logged(request, *args, **kwargs)
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return self._explain(error)

    def _explain(self, error: DomainError) -> HttpResponseBase:
        """The page for an error. An attempt to change something is written down; reading changes nothing (R9)."""
        if self.request.method == "POST":
            if self.permission is not None and hasattr(self, "actor"):
                note_attempt(error, self.actor, self.permission)
            keep_attempt(error)
        match error:
            case NotFound():
                raise Http404 from error
            case FreshSecondFactorNeeded():
                return self.ask_second_factor()
            case SignInNeeded():  # the session has just ended, so the gate leads to sign-in and back
                return _second_factor_gate(self.request) or HttpResponseRedirect(reverse(settings.LOGIN_URL))
            case Refused():
                return self.page("errors/refused.html.jinja", {"sentence": error.sentence}, status=403)
            case Conflict():
                return self.page("errors/conflict.html.jinja", {"sentence": error.sentence}, status=409)
            case _:
                raise error

    def _answer_logged(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer, when whom it shows is in the access log; without the entries there is no answer."""
        page = request.resolver_match.view_name if request.resolver_match else type(self).__name__
        # What is read and the entries are one transaction. A page that changes something has that of its service.
        reads_only = request.method in {"GET", "HEAD"}
        together = transaction.atomic() if reads_only else nullcontext()
        with together, looking(self.actor, purpose=self.shows_patients, page=page) as look:
            response = super().dispatch(request, *args, **kwargs)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = look.stream(response.streaming_content)
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405 as a page that says what to do."""
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        return method_not_allowed(request, allowed)

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """Renders a page for this actor."""
        values: dict[str, Any] = {"actor": getattr(self, "actor", PUBLIC), "notice": self._notice()}
        return render(self.request, template, {**values, **(context or {})}, status=status)

    def go(self, name: str, *, done: str = "", fragment: str = "", **arguments: Any) -> HttpResponseRedirect:
        """Redirects to a named page; ``done`` is a key of that page's ``notices``."""
        return HttpResponseRedirect(link(name, done=done, fragment=fragment, **arguments))

    def ask_second_factor(self) -> HttpResponseRedirect:
        """Sends the person to confirm a second factor and back to this page."""
        query = urlencode({"next": self.request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")

    def _notice(self) -> str:
        return self.notices.get(self.request.GET.get("done", ""), "")


def link(name: str, *, done: str = "", fragment: str = "", **arguments: Any) -> str:
    """The address of a named page, with the notice to show and the part to jump to."""
    address = reverse(name, kwargs=arguments or None)
    return address + (f"?done={done}" if done else "") + (f"#{fragment}" if fragment else "")


def _second_factor_gate(request: HttpRequest) -> HttpResponseRedirect | None:
    gate = import_string(settings.SIGN_IN_GATE)
    where = gate(request)
    return HttpResponseRedirect(where) if where else None


class PublicView(PortalView, abstract=True):
    """A page anybody may read without signing in."""

    audience = "public"
    needs_sign_in = False

    def find_actor(self) -> Actor:
        return PUBLIC


class MemberView(PortalView, abstract=True):
    """A page of a signed-in person that concerns no organisation: choosing one, own sessions."""

    audience = "member"

    def find_actor(self) -> Actor:
        return import_string(settings.ACTOR_BUILDER)(self.request, audience="member")  # type: ignore[no-any-return]


class ContractorView(PortalView, abstract=True):
    """A page under ``/o/<code>/``: the organisation stands in the path, so two tabs cannot mix (J4)."""

    audience = "contractor"

    def find_actor(self) -> Actor:
        return import_string(settings.ACTOR_BUILDER)(  # type: ignore[no-any-return]
            self.request, audience="contractor", code=self.kwargs["code"]
        )

    def go(self, name: str, *, done: str = "", fragment: str = "", **arguments: Any) -> HttpResponseRedirect:
        """As ``PortalView.go``; the organisation's code is added."""
        return super().go(name, done=done, fragment=fragment, code=self.actor.organisation_code, **arguments)


class CommissionerView(PortalView, abstract=True):
    """A page under ``/commissioner/<code>/`` for those who decide for a commissioner (J29)."""

    audience = "commissioner"

    def find_actor(self) -> Actor:
        return import_string(settings.ACTOR_BUILDER)(  # type: ignore[no-any-return]
            self.request, audience="commissioner", code=self.kwargs["code"]
        )

    def go(self, name: str, *, done: str = "", fragment: str = "", **arguments: Any) -> HttpResponseRedirect:
        """As ``PortalView.go``; the commissioner's code is added."""
        return super().go(name, done=done, fragment=fragment, code=self.actor.organisation_code, **arguments)


class StaffView(PortalView, abstract=True):
    """A page under ``/staff/`` for people with a membership at the operator."""

    audience = "staff"

    def find_actor(self) -> Actor:
        return import_string(settings.ACTOR_BUILDER)(  # type: ignore[no-any-return]
            self.request, audience="staff", code=settings.OPERATOR_CODE
        )
