"""Django's form fields as NHS components: ``{{ form }}`` and ``{{ field.as_field_group() }}`` (docs/guides/pages.md).

A field is first described in plain values (``field_view.describe``) and then written by one template
(``components/field.html.jinja``), so that a form of another app, allauth's included, looks like ours.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from portal.foundation.web.date_field import DateWidget
from portal.foundation.web.error_sentences import sentences_of
from portal.foundation.web.field_view import describe

FIELD_TEMPLATE = "components/field.html.jinja"


class NHSFormRenderer(TemplatesSetting):
    """The portal's FORM_RENDERER."""

    form_template_name = "components/form_fields.html.jinja"
    formset_template_name = "components/formset_fields.html.jinja"
    field_template_name = FIELD_TEMPLATE

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Renders any form template; a field's template gets the field's description."""
        if template_name == FIELD_TEMPLATE:
            context = {"field": describe(context["field"])}
        return super().render(template_name, context, request)


def error_list(form: Any) -> list[dict[str, str]]:
    """Every error of a form or formset with the control it belongs to, for the error summary.

    ``link`` is '' where there is nothing to jump to.
    """
    if hasattr(form, "forms"):
        found = [{"text": str(error), "link": ""} for error in form.non_form_errors()]
        return found + [error for each in form.forms for error in error_list(each)]
    found = []
    for name, errors in form.errors.items():
        bound = form[name] if name in form.fields else None
        link = "" if bound is None or bound.is_hidden else f"#{_first_control(bound)}"
        sentences = [str(error) for error in errors] if bound is None else sentences_of(bound)
        found += [{"text": sentence, "link": link} for sentence in sentences]
    return found


def has_errors(form: Any) -> bool:
    """Whether a form or formset was sent and is not right. False for no form at all."""
    return bool(getattr(form, "is_bound", False)) and not form.is_valid()


def _first_control(bound: BoundField) -> str:
    """The id that a link of the error summary leads to: the first radio, the first wrong part of a date."""
    identity = bound.auto_id or bound.html_name
    widget = bound.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return f"{identity}_0"
    if isinstance(widget, DateWidget):
        return next((part.id for part in describe(bound).parts if part.wrong), f"{identity}_0")
    if isinstance(widget, forms.MultiWidget):
        return f"{identity}_0"
    return identity
