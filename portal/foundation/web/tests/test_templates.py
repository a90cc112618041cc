"""The templates obey the house: a layout, no unsafe text, no inline style or script; every field has a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import forms

PORTAL = Path(__file__).resolve().parents[3]
# An NHS macro's "html" goes to the page as it is: only a text written in the template may stand there.
HTML_VALUE = re.compile(r"""["']html["']\s*:\s*(?!["'])(\S+)""")
WITHOUT_A_LAYOUT = {"home/browser_refused.html.jinja"}  # for browsers too old for any of it


def _templates() -> list[Path]:
    return sorted(path for path in PORTAL.rglob("jinja2/**/*") if path.is_file())


def _name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("jinja2") :])


def _is_page(name: str, text: str) -> bool:
    return "<h1" in text or "{% block heading %}" in text or name.startswith("errors/")


def faults(name: str, text: str) -> Iterator[str]:
    """What breaks a rule in one template."""
    if re.search(r"\|\s*safe\b", text):
        yield f"{name} marks a text as safe"
    if re.search(r"autoescape\s+false", text, re.IGNORECASE):
        yield f"{name} switches escaping off"
    yield from (f"{name} gives {value} as html to a macro" for value in HTML_VALUE.findall(text))
    if re.search(r"<style|\sstyle=|\son[a-z]+=[\"']", text):
        yield f"{name} has an inline style or handler"
    if re.search(r"<script(?![^>]*\b(?:src=|type=.application/json))", text):
        yield f"{name} has a script inside"
    partial = name.startswith(("components/", "layouts/")) or not _is_page(name, text)
    if not partial and name not in WITHOUT_A_LAYOUT and "{% extends" not in text:
        yield f"{name} extends no layout"


def test_no_template_breaks_a_rule() -> None:
    assert len(_templates()) > 30
    assert [fault for path in _templates() for fault in faults(_name(path), path.read_text())] == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ insetText({'html': note}) }}",
        '{{ insetText({"html": order.note ~ "x"}) }}',
        "{{ note|safe }}",
        "{{ note | safe }}",
        "{% autoescape false %}{{ note }}{% endautoescape %}",
        '<p style="color: red">x</p>',
        '<a onclick="x()">x</a>',
        '<script nonce="{{ csp_nonce }}">x()</script>',
        "{% block heading %}x{% endblock %}",
    ],
)
def test_each_rule_finds_what_it_is_for(text: str) -> None:
    assert list(faults("orders/page.html.jinja", text))


# allauth's, whose limits are set when one is made: portal/accounts/tests/test_plain_forms.py looks at those.
LIMITED_WHEN_MADE = ("portal.accounts.forms.plain", "portal.accounts.forms.codes")


def _forms() -> list[type[forms.BaseForm]]:
    for path in PORTAL.rglob("*.py"):
        if "forms" in {path.parent.name, path.stem} and "tests" not in path.parts and path.name != "__init__.py":
            import_module(".".join(path.relative_to(PORTAL.parent).with_suffix("").parts))
    found, waiting = [], [forms.BaseForm]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.startswith("portal.") and ".tests." not in each.__module__:
                found.append(each)
    return found


def unlimited(form: type[forms.BaseForm]) -> list[str]:
    """Fields that take a text of any length or a number of any size."""
    return [
        f"{form.__module__}.{form.__name__}.{name}"
        for name, field in getattr(form, "base_fields", {}).items()
        if (isinstance(field, forms.CharField) and field.max_length is None)
        or (isinstance(field, forms.IntegerField) and field.max_value is None)
    ]


def test_every_field_has_a_limit() -> None:
    ours = [form for form in _forms() if form.__module__ not in LIMITED_WHEN_MADE]
    assert [name for form in ours for name in unlimited(form)] == []


def test_a_field_without_a_limit_is_found() -> None:
    class Open(forms.Form):
        text = forms.CharField()
        number = forms.IntegerField()

    assert [name.rpartition(".")[2] for name in unlimited(Open)] == ["text", "number"]
