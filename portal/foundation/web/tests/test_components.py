"""The components: each makes a page without fault and puts no text of a user into the markup."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import engines
from django.utils.safestring import mark_safe

from portal.foundation.web.cards import Card
from portal.foundation.web.pages import Page
from portal.foundation.web.testing import lint_page
from portal.foundation.web.timeline import StepState, TimelineStep

HOSTILE = "<b>Ann & 'Co'</b>"
MOMENT = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)
_IMPORTS = "".join(
    f'{{% import "components/{name}.html.jinja" as {alias} %}}'
    for name, alias in (("form", "form_parts"), ("lists", "lists"), ("facts", "facts"), ("texts", "texts"))
)


def _html(source: str, **context: Any) -> str:
    body: str = engines["jinja2"].from_string(_IMPORTS + source).render(context)
    page = (
        f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><main><h1>x</h1>{body}</main></body></html>'
    )
    assert lint_page(page, path=source) == []
    return body


@pytest.mark.parametrize(
    "source",
    [
        "{{ facts.tag(text, 'blue') }}",
        "{{ facts.summary_list([{'key': text, 'value': text, 'link': '/x'}, {'key': 'k', 'value': [text, text]}]) }}",
        "{{ facts.cards([card]) }}",
        "{{ facts.link_card(text, '/x', text) }}",
        "{{ facts.task_list([{'title': text, 'address': '/x', 'status': text, 'colour': 'blue', 'hint': text}]) }}",
        "{{ facts.timeline([step], text) }}",
        "{{ facts.history([event]) }}",
        "{% call lists.table(text, [text, {'text': text, 'numeric': true}]) %}{% endcall %}",
        "{% call lists.filter_form(text, clear_address='/x') %}{% endcall %}",
        "{{ lists.empty(text, text, text, '/x') }}",
        "{{ lists.pagination(page) }}",
        "{{ texts.inset(text) }}",
        "{{ texts.warning(text, text) }}",
        "{{ texts.details(text, text) }}",
        "{{ texts.back(text, '/x') }}",
        "{{ texts.breadcrumb([(text, '/x'), (text, '/y')]) }}",
        "{{ texts.print_button(text) }}",
        "{{ form_parts.open(secret, action='/x', submission=text) }}{{ form_parts.button(text) }}</form>",
        "{{ form_parts.button_link(text, '/x') }}",
        "{{ form_parts.one_button(text, '/x', secret, values={'code': text}, hidden_text=text) }}",
        "<form method='get'>{{ form_parts.search_box('q', text, value=text, hint=text) }}</form>",
    ],
)
def test_a_hostile_text_stays_a_text(source: str) -> None:
    html = _html(
        source,
        text=HOSTILE,
        secret=mark_safe('<input type="hidden" name="csrfmiddlewaretoken" value="x">'),
        card=Card(title=HOSTILE, value=HOSTILE, address="/x", hint=HOSTILE, needs_action=True),
        step=TimelineStep(title=HOSTILE, state="current", happened_at=MOMENT, who=HOSTILE, note=HOSTILE),
        event=SimpleNamespace(sentence=HOSTILE, occurred_at=MOMENT),
        page=Page(rows=[], number=2, previous_link="?page=1&q=%3Cb%3E", next_link="?page=3&q=%3Cb%3E"),
    )
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("state", "words"), [("done", "Done"), ("current", "Now"), ("future", "To come"), ("stopped", "Stopped")]
)
def test_a_step_says_its_state_in_words(state: StepState, words: str) -> None:
    step = TimelineStep(title="Delivered", state=state, expected_on=date(2026, 11, 3))
    html = _html('{{ facts.timeline([step], "Progress") }}', step=step)
    assert words in html
    assert "Expected by Tuesday 3 November 2026" in html
    assert ('aria-current="step"' in html) is (state == "current")


def test_a_step_says_when_and_who() -> None:
    step = TimelineStep(title="Picked", state="done", happened_at=MOMENT, who="Warehouse Leeds")
    assert "3 November 2026 at 2:05pm, Warehouse Leeds" in _html('{{ facts.timeline([step], "Progress") }}', step=step)


def test_a_single_page_has_no_links_to_others() -> None:
    page = Page[Any](rows=[], number=1, previous_link="", next_link="")
    assert "<nav" not in _html("{{ lists.pagination(page) }}", page=page)


@pytest.mark.parametrize(
    ("value", "shown"), [("", "Not known"), ([], "Not known"), (None, "Not known"), (0, "0"), ("x", "x")]
)
def test_an_empty_fact_says_so(value: Any, shown: str) -> None:
    html = _html("{{ facts.summary_list([{'key': 'k', 'value': value}]) }}", value=value)
    assert f'<dd class="nhsuk-summary-list__value">{shown}</dd>' in html
