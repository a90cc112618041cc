"""Nothing that tells who a patient is can be read on a page that does not say why (R2, trust I14)."""

from __future__ import annotations

import ast

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.foundation.audit.looking import GUARDED
from portal.foundation.audit.purposes import PURPOSES
from portal.foundation.privacy import field_register
from portal.foundation.web.generated_docs import portal_addresses
from tests.meta.source import production_modules, short, tree_of

# Text about a patient that does not tell who it is: words of a list, notes that ask for no name, public references.
TELLS_NOBODY = {
    "audit.AccessEntry": {"patient_reference", "patient_organisation_ids"},
    "audit.LookSite": {"organisation_id"},
    "records.CustodyEvent": {"note"},
    "records.Discrepancy": {"detail", "outcome"},
    "records.Movement": {"reason", "flags", "urgent_reason", "end_note"},
    "searches.SearchTask": {"answer"},
    "registrations.RegistrationEvent": {
        "fingerprint",
        "acceptance_type",
        "previous_practice",
        "reason",
        "new_authority",
        "effect",
    },
    "temporary_residents.TemporaryForm": {"patient_reference"},
}
_TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField, ArrayField)
_READS = {"values", "values_list", "aggregate", "in_bulk", "earliest", "latest", "dates", "raw"}
_WHERE_PAGES_READ = {"views", "presenters", "selectors", "forms"}


def test_every_text_about_a_patient_is_guarded_or_tells_nobody() -> None:
    unguarded = [
        f"{name}.{field}"
        for name, fields in field_register().items()
        for field, kind in fields.items()
        if kind in {"patient", "special"}
        and isinstance((model := apps.get_model(name))._meta.get_field(field), _TEXT)
        and field not in GUARDED.get(model, ())
        and field not in TELLS_NOBODY.get(name, ())
    ]
    assert unguarded == []


def test_what_tells_nobody_is_still_there() -> None:
    register = field_register()
    assert {
        (name, field)
        for name, fields in TELLS_NOBODY.items()
        for field in fields
        if field not in register.get(name, {})
    } == set()


def test_no_page_goes_round_the_guard() -> None:
    """``values("nhs_number")`` reads the column without asking. Services may: they show nothing."""
    guarded = {field for fields in GUARDED.values() for field in fields}
    around = [
        (short(path), call.lineno)
        for path in production_modules()
        if _WHERE_PAGES_READ & {*path.parts, path.stem}
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _READS
        for word in ast.walk(call)
        if isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value.split("__")[-1] in guarded
    ]
    assert around == []


def test_every_declared_purpose_is_known_and_the_views_say_only_those() -> None:
    said = {view.shows_patients for _, view in portal_addresses() if view.shows_patients}
    assert said <= set(PURPOSES)
