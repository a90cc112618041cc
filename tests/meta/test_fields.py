"""Every stored field has a privacy class, and no class is given to a field that does not exist."""

from __future__ import annotations

from django.apps import apps

from portal.foundation.privacy import CLASSES, field_register


def _stored_fields() -> dict[str, set[str]]:
    return {
        f"{model._meta.app_label}.{model.__name__}": {field.name for field in model._meta.concrete_fields}
        for model in apps.get_models()
        if model.__module__.startswith("portal.")
    }


def test_every_field_has_a_privacy_class() -> None:
    register = field_register()
    missing = {
        f"{model}.{field}"
        for model, fields in _stored_fields().items()
        for field in fields
        if field not in register.get(model, {})
    }
    assert missing == set()


def test_no_class_is_given_to_a_field_that_is_gone() -> None:
    stored = _stored_fields()
    extra = {
        f"{model}.{field}"
        for model, fields in field_register().items()
        for field in fields
        if field not in stored.get(model, set())
    }
    assert extra == set()


def test_only_known_classes_are_used() -> None:
    assert {each for fields in field_register().values() for each in fields.values()} - set(CLASSES) == set()
