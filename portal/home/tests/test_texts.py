"""An operator's own copy of a table or text is used instead of ours."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from portal.foundation.texts import read_table, text_file
from portal.home.texts import OWN_TEXTS

CONTACTS = OWN_TEXTS / "data" / "contacts.toml"


@pytest.fixture
def operator_texts(tmp_path: Path, settings: Settings) -> Path:
    settings.ENVIRONMENT = SimpleNamespace(data_dir=tmp_path)
    folder = tmp_path / "texts"
    folder.mkdir()
    return folder


def test_ours_is_used_where_there_is_no_other(operator_texts: Path) -> None:
    assert text_file(CONTACTS) == CONTACTS


def test_the_operators_file_wins(operator_texts: Path) -> None:
    (operator_texts / "contacts.toml").write_text('[operator]\nname = "Ours"\n')
    assert read_table(CONTACTS) == {"operator": {"name": "Ours"}}


def test_a_broken_file_is_named(operator_texts: Path) -> None:
    (operator_texts / "contacts.toml").write_text("[operator\n")
    with pytest.raises(ImproperlyConfigured, match=r"contacts\.toml"):
        read_table(CONTACTS)
