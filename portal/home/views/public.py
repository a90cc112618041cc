"""Public pages: home, help, contact and the statements (J1, J2)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from portal.foundation.errors import NotFound
from portal.foundation.web.shown_again import shown_again
from portal.foundation.web.views import PublicView
from portal.home.browsers import LONGEST_USER_AGENT, browser_rules, judge
from portal.home.help_pages import LONGEST_QUERY, grouped, help_pages, search
from portal.home.notices import BOARD
from portal.home.texts import contacts

# Shown on the home page: what people ask first.
_FIRST_QUESTIONS = ("order-for-a-site", "several-practices", "who-is-my-main-contact", "new-practice", "get-support")


class Home(PublicView):
    """What the portal is, what is going on, and the way in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        questions = [help_pages()[slug] for slug in _FIRST_QUESTIONS]
        return self.page("home/home.html.jinja", {"service_notices": BOARD.shown_to("public"), "questions": questions})


class Help(PublicView):
    """All questions, or those that fit ``?q=``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; the search is a plain GET form."""
        typed = request.GET.get("q", "")[:LONGEST_QUERY]
        query = " ".join(shown_again(typed).split())
        found = search(query) if query else []
        return self.page(
            "home/help.html.jinja",
            {"query": query, "found": found, "groups": grouped(list(help_pages().values()))},
        )


class HelpAnswer(PublicView):
    """One question with its answer."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The page. Raises NotFound for a question we do not have."""
        answer = help_pages().get(slug)
        if answer is None:
            raise NotFound
        related = [help_pages()[name] for name in answer.related]
        return self.page("home/help_answer.html.jinja", {"answer": answer, "related": related})


class _Statement(PublicView, abstract=True):
    """A page of text."""

    template: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.page(self.template, {"contacts": contacts(), **self.context()})

    def context(self) -> dict[str, Any]:
        """What else the text needs."""
        return {}


class Contact(_Statement):
    """Whom to ask about what (F20)."""

    template = "home/contact.html.jinja"


class Accessibility(_Statement):
    """The accessibility statement."""

    template = "home/accessibility.html.jinja"


class Privacy(_Statement):
    """What is kept about people who use the portal."""

    template = "home/privacy.html.jinja"


class Cookies(_Statement):
    """The cookies: two, both needed."""

    template = "home/cookies.html.jinja"


class Browsers(_Statement):
    """The browser table and what it says of the reader's own browser (J2, F5)."""

    template = "home/browsers.html.jinja"

    def context(self) -> dict[str, Any]:
        """One line a browser: its names of before (Edge of before 2020) are in the same line."""
        own = judge(self.request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT])
        rules: dict[str, tuple[int, int]] = {}
        for rule in browser_rules():
            refuse, advise = rules.get(rule.name, (0, 0))
            rules[rule.name] = max(refuse, rule.refuse_up_to), max(advise, rule.advise_up_to)
        return {"own": own, "rules": sorted(rules.items())}
