"""Reference pages written from the code's own tables, so that they cannot drift from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from portal.foundation.access.permissions import REGISTER as PERMISSIONS
from portal.foundation.access.roles import ROLES
from portal.foundation.audit.events import REGISTER as EVENTS
from portal.foundation.privacy import CLASSES, field_register
from portal.foundation.web.views import PortalView
from portal.foundation.workflow import WORKFLOWS

_HEADER = "<!-- Written by `python manage.py generate_docs`; change the code, not this page. -->\n"


def states_page() -> str:
    """Every workflow: a diagram, who holds the thing in each state, who may take each step."""
    parts = ["# States\n\nWho has a thing, and what moves it on. The database refuses any step that is not here.\n"]
    for workflow in WORKFLOWS.values():
        parts.append(f"## {workflow.name.capitalize()}\n\n```mermaid\n{workflow.diagram()}\n```\n")
        parts.append("| State | Shown as | Who has it |\n|---|---|---|")
        parts += [f"| `{state.code}` | {state.label} | {state.holder} |" for state in workflow.states.values()]
        parts.append("\n| From | To | Who may | Who is told |\n|---|---|---|---|")
        parts += [
            f"| {step.source} | {step.target} | {', '.join(str(each) for each in step.permissions)} | {step.told} |"
            for step in workflow.steps.values()
        ]
        parts.append("")
    return "\n".join(parts)


def roles_page() -> str:
    """The role table: what each role allows, where it is held, who grants it."""
    parts = ["# Roles\n\nNobody has a right that is not a role on a membership with dates. There is no superuser.\n"]
    for role in ROLES.values():
        granted = ", ".join(ROLES[code].label for code in sorted(role.granted_by)) or "the operator's command line"
        parts.append(f"## {role.label} (`{role.code}`)\n\n{role.description}")
        parts.append(f"\nHeld at: {', '.join(sorted(role.held_at))}. Granted by: {granted}.\n\nMay:\n")
        parts += [f"- {PERMISSIONS[code].sentence} (`{code}`)" for code in sorted(role.allows)]
        parts.append("")
    return "\n".join(parts)


def events_page() -> str:
    """Every event type, its sentence and its fields."""
    rows = [
        f"| `{event.code}` | {event.sentence} | {', '.join(sorted(event.fields))} |"
        f" {'both sides' if event.public else 'staff'} |"
        for event in sorted(EVENTS.values(), key=lambda event: event.code)
    ]
    return (
        "# Events\n\nWhat the audit record can hold.\n\n| Code | Sentence | Fields | Read by |\n|---|---|---|---|\n"
        + ("\n".join(rows) + "\n")
    )


def addresses_page() -> str:
    """Every address of the portal, its audience and the permission it asks for."""
    rows = [
        f"| `/{address}` | {view.audience} | {view.permission or ''} |"
        for address, view in sorted(portal_addresses(), key=lambda pair: pair[0])
    ]
    return "# Addresses\n\n| Address | Audience | Permission |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def fields_page() -> str:
    """Every stored field and its privacy class."""
    parts = ["# Stored fields\n\n| Class | Meaning |\n|---|---|"]
    parts += [f"| {name} | {meaning} |" for name, meaning in CLASSES.items()]
    for model, fields in sorted(field_register().items()):
        parts.append(f"\n## {model}\n\n| Field | Class |\n|---|---|")
        parts += [f"| {field} | {privacy_class} |" for field, privacy_class in fields.items()]
    return "\n".join(parts) + "\n"


def portal_addresses() -> Iterator[tuple[str, type[PortalView]]]:
    """Every URL pattern that leads to a view of ours, with the view."""
    for address, pattern in all_patterns(get_resolver().url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, PortalView):
            yield address, view


def all_patterns(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern below ``patterns`` with its whole address."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from all_patterns(pattern.url_patterns, address)
        else:
            yield address, pattern


PAGES: dict[str, Callable[[], str]] = {
    "states.md": states_page,
    "roles.md": roles_page,
    "events.md": events_page,
    "addresses.md": addresses_page,
    "fields.md": fields_page,
}


def generate() -> dict[str, str]:
    """File name -> contents of every page under docs/reference/."""
    return {name: _HEADER + write() for name, write in PAGES.items()}
