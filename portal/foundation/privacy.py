"""The field register: every model field has a privacy class (promise P12; a test fails on one without).

Each app's ``privacy.py`` holds ``PRIVACY``: model name -> field name -> class.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

CLASSES = {
    "none": "Says nothing about a person.",
    "personal": "About a member of staff or of the public: name, address, what they did.",
    "patient": "About a patient.",
    "special": "Health, or another special category.",
    "credential": "Lets somebody in: passwords, tokens, keys.",
    "commercial": "A business would not publish it.",
}


def field_register() -> dict[str, dict[str, str]]:
    """``app.Model`` -> field -> class, as declared by the apps of this project."""
    register: dict[str, dict[str, str]] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("portal.") or find_spec(f"{config.name}.privacy") is None:
            continue
        declared: dict[str, dict[str, str]] = import_module(f"{config.name}.privacy").PRIVACY
        register |= {f"{config.label}.{model}": fields for model, fields in declared.items()}
    return register
