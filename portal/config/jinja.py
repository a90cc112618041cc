"""The Jinja environment: NHS components, links, and the few filters that pages share."""

from __future__ import annotations

from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from portal.foundation.web import filters
from portal.foundation.web.addresses import address, static_address
from portal.home.help_pages import help_title
from portal.home.texts import contacts


def environment(**options: Any) -> Environment:
    """Builds the environment Django's Jinja backend uses."""
    options["undefined"] = ChainableUndefined  # the NHS macros read parameters that need not be there
    options["trim_blocks"] = options["lstrip_blocks"] = True
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    options["autoescape"] = _is_page
    jinja = Environment(**options)  # noqa: S701  everything but plain-text e-mails is escaped
    jinja.globals.update(static=static_address, url=address, contacts_of=contacts, help_title=help_title)
    jinja.filters.update(filters.FILTERS)
    return jinja


def _is_page(template_name: str | None) -> bool:
    """Everything is escaped but plain text, whose readers would see the escapes."""
    return not (template_name or "").endswith(".txt.jinja")
