"""A form field in plain values: what the field template writes, whatever Django's widget is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt

from portal.foundation.web.date_field import DateWidget
from portal.foundation.web.error_sentences import sentences_of
from portal.foundation.web.shown_again import shown_again

# Browsers' own checks are off: they speak other words than ours, and maxlength cuts pasted text without a word (R7).
_DROPPED = (
    "required",
    "multiple",
    "maxlength",
    "minlength",
    "min",
    "max",
    "step",
    "cols",
    "aria-describedby",
    "aria-invalid",
)
_DJANGO_ROWS = "10"  # Django's own default for a textarea: too tall for a reason
_INPUT_ATTRIBUTES: dict[str, dict[str, str]] = {
    "email": {"spellcheck": "false", "autocapitalize": "none"},
    "url": {"spellcheck": "false", "autocapitalize": "none"},
    "password": {"spellcheck": "false", "autocapitalize": "none"},
}


@dataclass(frozen=True, kw_only=True)
class Option:
    """One radio, checkbox, or line of a select; ``group`` heads several lines of a select."""

    value: str
    label: str
    id: str
    chosen: bool
    hint: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class DatePart:
    """One of the three boxes of a date."""

    label: str
    name: str
    id: str
    value: str
    width: int
    wrong: bool
    autocomplete: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """A form field in plain values. ``kind`` picks the component."""

    kind: str
    name: str
    id: str
    label: str
    hint: str
    errors: list[str]
    value: str = ""
    input_type: str = "text"
    classes: str = ""
    attributes: str = ""
    described_by: str = ""
    prefix: str = ""
    suffix: str = ""
    label_classes: str = "nhsuk-label--s"
    legend_classes: str = "nhsuk-fieldset__legend--s"
    limit: int | None = None
    multiple: bool = False
    layout: str = ""
    options: list[Option] = field(default_factory=list)
    parts: list[DatePart] = field(default_factory=list)
    markup: str = ""


def describe(bound: BoundField) -> FieldView:
    """The field as its template needs it: no lazy string, no widget, nothing to compute."""
    widget = bound.field.widget
    options = {key: value for key, value in widget.attrs.items() if key.startswith("nhs_")}
    identity = bound.auto_id or bound.html_name
    described = widget.get_context(bound.html_name, bound.value(), {"id": identity})["widget"]
    attributes = {
        key: value
        for key, value in described["attrs"].items()
        if key not in _DROPPED and key not in options and key not in ("id", "class")
    }
    if bound.field.disabled:
        attributes["disabled"] = True
    values: dict[str, Any] = {
        "name": bound.html_name,
        "id": identity,
        "label": str(bound.label),
        "hint": str(bound.help_text or ""),
        "errors": sentences_of(bound),
        "classes": described["attrs"].get("class", ""),
        "prefix": str(options.get("nhs_prefix", "")),
        "suffix": str(options.get("nhs_suffix", "")),
        "layout": "inline" if options.get("nhs_inline") else "small" if options.get("nhs_small") else "",
        **_label_classes(options),
    }
    values["described_by"] = _described_by(values)
    values |= _specific(bound, widget, described, attributes, options)
    values.setdefault("attributes", flatatt(attributes))
    return FieldView(**values)


def _label_classes(options: dict[str, Any]) -> dict[str, str]:
    if options.get("nhs_label_hidden"):
        return {"label_classes": "nhsuk-u-visually-hidden", "legend_classes": "nhsuk-u-visually-hidden"}
    size = options.get("nhs_label_size", "s")
    return {"label_classes": f"nhsuk-label--{size}", "legend_classes": f"nhsuk-fieldset__legend--{size}"}


def _described_by(values: dict[str, Any]) -> str:
    parts = [f"{values['id']}-hint"] if values["hint"] else []
    return " ".join([*parts, f"{values['id']}-error"] if values["errors"] else parts)


def _specific(
    bound: BoundField, widget: Any, described: dict[str, Any], attributes: dict[str, Any], options: dict[str, Any]
) -> dict[str, Any]:
    """What only this kind of control has."""
    value = "" if described["value"] is None else described["value"]
    value = shown_again(value) if isinstance(value, str) else value
    if bound.is_hidden:
        return {"kind": "hidden", "value": value, "markup": str(bound)}
    if isinstance(widget, DateWidget):
        return {"kind": "date", "parts": _date_parts(bound, described)}
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        hints = options.get("nhs_hints", {})
        kind = "checkboxes" if isinstance(widget, forms.CheckboxSelectMultiple) else "radios"
        return {"kind": kind, "options": list(_options(described, hints))}
    if isinstance(widget, forms.CheckboxInput):
        return {"kind": "checkbox", "value": value or "on", "attributes": flatatt(_without_value(attributes))}
    if isinstance(widget, forms.Select):
        return {"kind": "select", "options": list(_options(described, {})), "multiple": widget.allow_multiple_selected}
    if isinstance(widget, forms.Textarea):
        attributes["rows"] = "5" if attributes.get("rows", _DJANGO_ROWS) == _DJANGO_ROWS else attributes["rows"]
        return {"kind": "textarea", "value": value, "limit": getattr(bound.field, "max_length", None)}
    if isinstance(widget, forms.FileInput):
        return {"kind": "file", "multiple": widget.allow_multiple_selected}
    if isinstance(widget, forms.MultiWidget):
        return {"kind": "markup", "markup": bound.as_widget()}
    return _text_input(bound, widget, value, attributes)


def _text_input(bound: BoundField, widget: Any, value: Any, attributes: dict[str, Any]) -> dict[str, Any]:
    input_type = getattr(widget, "input_type", "text")
    for key, default in _INPUT_ATTRIBUTES.get(input_type, {}).items():
        attributes.setdefault(key, default)
    if input_type == "number":  # a spinner changes a number when a page is scrolled (NHS manual, text input)
        input_type = "text"
        whole = isinstance(bound.field, forms.IntegerField) and not isinstance(
            bound.field, (forms.DecimalField, forms.FloatField)
        )
        attributes.setdefault("inputmode", "numeric" if whole else "decimal")
    kind = "password" if input_type == "password" else "input"
    return {"kind": kind, "input_type": input_type, "value": value}


def _without_value(attributes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in attributes.items() if key != "value"}


def _options(described: dict[str, Any], hints: dict[str, str]) -> Iterable[Option]:
    for group, choices, _ in described["optgroups"]:
        for choice in choices:
            value = "" if choice["value"] is None else str(choice["value"])
            yield Option(
                value=value,
                label=str(choice["label"]),
                id=choice["attrs"].get("id", ""),
                chosen=bool(choice["selected"]),
                hint=str(hints.get(value, "")),
                group=str(group or ""),
            )


def _date_parts(bound: BoundField, described: dict[str, Any]) -> list[DatePart]:
    wrong: set[str] = set()
    for error in bound.errors.as_data():
        wrong |= set((error.params or {}).get("parts", ("day", "month", "year")))
    birthday = described["attrs"].get("autocomplete") == "bday"
    return [
        DatePart(
            label=name.capitalize(),
            name=part["name"],
            id=part["attrs"]["id"],
            value="" if part["value"] is None else shown_again(str(part["value"])),
            width=4 if name == "year" else 2,
            wrong=name in wrong,
            autocomplete=f"bday-{name}" if birthday else "",
        )
        for name, part in zip(("day", "month", "year"), described["subwidgets"], strict=True)
    ]
