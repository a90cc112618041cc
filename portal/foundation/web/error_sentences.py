"""Django's own error messages, said so that the reader knows what to do (R7).

Only Django's defaults are replaced: a form that gives its own message keeps it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

_DEFAULTS: list[tuple[Any, str]] = [
    (
        validators.MaxLengthValidator.message,
        "{label} must be {limit_value} characters or fewer. You typed {show_value}.",
    ),
    (
        validators.MinLengthValidator.message,
        "{label} must be {limit_value} characters or more. You typed {show_value}.",
    ),
    (validators.MaxValueValidator.message, "{label} must be {limit_value} or fewer."),
    (validators.MinValueValidator.message, "{label} must be {limit_value} or more."),
    (validators.ProhibitNullCharactersValidator.message, "{label} must not contain hidden characters. Type it again."),
    (validators.EmailValidator.message, "Enter an e-mail address in the right form, such as name@example.com."),
    (forms.IntegerField.default_error_messages["invalid"], "{label} must be a whole number, such as 12."),
    (forms.DecimalField.default_error_messages["invalid"], "{label} must be a number, such as 12.5."),
    (forms.ChoiceField.default_error_messages["invalid_choice"], "Choose one of the answers listed."),
    (forms.MultipleChoiceField.default_error_messages["invalid_choice"], "Choose from the answers listed."),
    (forms.ModelChoiceField.default_error_messages["invalid_choice"], "Choose one of the answers listed."),
    (forms.FileField.default_error_messages["empty"], "The file is empty. Choose another."),
    (forms.Field.default_error_messages["required"], ""),
    (forms.FileField.default_error_messages["invalid"], "Choose the file again."),
]
# Messages are compared by identity: they are lazy texts, one object for each default.
_SENTENCES = {id(message): sentence for message, sentence in _DEFAULTS}


def sentences_of(bound: BoundField) -> list[str]:
    """The field's errors as sentences."""
    return [
        _sentence(bound, each)
        for error in bound.errors.as_data()
        for each in (error.error_list if hasattr(error, "error_list") else [error])
    ]


def _sentence(bound: BoundField, error: ValidationError) -> str:
    template = _SENTENCES.get(id(error.message))
    if template is None:
        return " ".join(error.messages)
    label = str(bound.label)
    if not template:
        return _required(bound, label)
    values = {key: value() if callable(value) else value for key, value in (error.params or {}).items()}
    return template.format(**{"limit_value": "", "show_value": "", **values, "label": label})


def _required(bound: BoundField, label: str) -> str:
    field = bound.field
    # "ODS code" and "I agree" keep their capitals.
    lower = label if label[1:2].isupper() or label.startswith("I ") else label[:1].lower() + label[1:]
    if isinstance(field, forms.BooleanField):
        return f"Tick the box: {lower}."
    if isinstance(field, forms.FileField):
        return f"Choose a file: {lower}."
    if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)):
        return f"Choose an answer: {lower}."
    return f"Enter {lower.rstrip('?')}."
