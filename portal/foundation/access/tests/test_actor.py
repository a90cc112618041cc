"""An actor says what it may do, and refuses in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.foundation.access import OWN_ACCOUNT, Actor, system_actor
from portal.foundation.access.permissions import permission
from portal.foundation.errors import FreshSecondFactorNeeded, Refused

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _person(**changes: object) -> Actor:
    values = {"name": "Dr Asha Patel", "audience": "contractor", "organisation_name": "Elm Surgery", **changes}
    return Actor(**values)  # type: ignore[arg-type]


def test_an_actor_without_the_permission_is_refused_with_the_reason() -> None:
    with pytest.raises(Refused, match=r"Your role at Elm Surgery does not let you use your own account\."):
        _person().require(OWN_ACCOUNT)


def test_an_actor_with_the_permission_passes() -> None:
    _person(permissions=frozenset({OWN_ACCOUNT.code})).require(OWN_ACCOUNT)


def test_an_actor_is_lent_a_permission_and_the_first_one_stays_as_it_was() -> None:
    person = _person(permissions=frozenset({"x.kept"}))
    lent = person.also(OWN_ACCOUNT)
    lent.require(OWN_ACCOUNT)
    assert "x.kept" in lent.permissions and (lent.name, lent.organisation_name) == (person.name, "Elm Surgery")
    assert not person.can(OWN_ACCOUNT)


def test_a_permission_code_has_one_meaning() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        permission(OWN_ACCOUNT.code, "do something else")


@pytest.mark.parametrize(("minutes", "fresh"), [(0, True), (10, True), (10.1, False), (600, False)])
def test_a_second_factor_is_fresh_for_ten_minutes(minutes: float, fresh: bool) -> None:
    actor = _person(second_factor_at=NOW - timedelta(minutes=minutes))
    assert actor.has_fresh_second_factor(NOW) is fresh


def test_no_second_factor_is_never_fresh() -> None:
    with pytest.raises(FreshSecondFactorNeeded):
        _person().require_fresh_second_factor()


def test_the_system_needs_no_second_factor_and_may_do_only_what_is_named() -> None:
    actor = system_actor("nightly import")
    actor.require_fresh_second_factor()
    assert not actor.can(OWN_ACCOUNT)
