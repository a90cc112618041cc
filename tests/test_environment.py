"""What a deployer writes into the environment: understood, or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.config.database import database_settings
from portal.config.environment import read_environment

PRODUCTION = {
    "PORTAL_SECRET_KEY": "k" * 50,
    "PORTAL_AUDIT_KEY": "a" * 50,
    "DATABASE_URL": "postgresql://portal_app:secret@database.example.org/portal",
}


def test_production_is_the_mode_when_nobody_chose_one(tmp_path: Path) -> None:
    assert read_environment(PRODUCTION | {"PORTAL_DATA": str(tmp_path)}).mode == "production"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"PORTAL_MODE": "staging"}, "PORTAL_MODE is 'staging'"),
        ({"PORTAL_SECRET_KEY": ""}, "PORTAL_SECRET_KEY is not set"),
        ({"PORTAL_SECRET_KEY": "short"}, "at least 50 characters"),
        ({"PORTAL_AUDIT_KEY": ""}, "PORTAL_AUDIT_KEY is not set"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"PORTAL_SECURE_COOKIES": "perhaps"}, "PORTAL_SECURE_COOKIES is 'perhaps'"),
        ({"PORTAL_TRUSTED_PROXIES": "-1"}, "PORTAL_TRUSTED_PROXIES is '-1'"),
        ({"PORTAL_SCANNER": "portal.demo.scanner.EicarOnly"}, "PORTAL_SCANNER is 'portal.demo"),
        ({"PORTAL_SCANNER": "clamd://"}, "PORTAL_SCANNER is 'clamd://'"),
        ({"PORTAL_WORKERS": "many"}, "PORTAL_WORKERS is 'many'"),
    ],
)
def test_a_setting_that_is_not_right_is_named(changed: dict[str, str], named: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=named):
        read_environment(PRODUCTION | changed)


def test_retired_keys_of_the_record_are_still_known() -> None:
    assert read_environment(PRODUCTION).old_audit_keys == []
    changed = PRODUCTION | {"PORTAL_OLD_AUDIT_KEYS": f"{'b' * 50}, {'c' * 50}"}
    assert read_environment(changed).old_audit_keys == ["b" * 50, "c" * 50]


def test_the_demo_makes_its_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    demo = {"PORTAL_MODE": "demo", "PORTAL_DATA": str(tmp_path / "data")}
    first = read_environment(demo)
    assert read_environment(demo).secret_key == first.secret_key
    assert len(first.secret_key) >= 50
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_the_demo_s_own_database_has_two_roles(tmp_path: Path) -> None:
    environment = read_environment({"PORTAL_MODE": "demo", "PORTAL_DATA": str(tmp_path)})
    assert environment.database_url.startswith("postgresql://portal_app@/portal?host=")
    assert environment.database_owner_url.startswith("postgresql://portal_owner@/portal?host=")


def test_one_address_serves_both_roles_when_only_one_is_given() -> None:
    environment = read_environment(PRODUCTION)
    assert environment.database_owner_url == environment.database_url


def test_an_address_with_several_hosts_reaches_the_driver_whole() -> None:
    url = "postgresql://portal_app:secret@one,two/portal?target_session_attrs=read-write&connect_timeout=2"
    settings = database_settings(url, pooled=True)
    assert settings["HOST"] == "one,two"
    assert settings["OPTIONS"]["target_session_attrs"] == "read-write"
    assert "password" not in settings["OPTIONS"]
