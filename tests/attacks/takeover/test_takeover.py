"""Every scripted takeover fails; without its control every one succeeds (trust 2.5).

Both halves run in every suite. They were seen to differ on 23 November 2026: with an attack's ``switch_off`` left
empty its second half fails, which is how an attack that proves nothing is found.
"""

from __future__ import annotations

import pytest

from portal.accounts.permissions import WATCH_ATTEMPTS
from portal.accounts.services.report_attempts import report_attempts
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import system_actor
from portal.organisations.tests.factories import OperatorFactory
from tests.attacks.takeover import of_people, of_requests
from tests.attacks.takeover.attack import ATTACKS, MANAGER, Attack, a_refusal, only_the_web_servers_log

pytestmark = pytest.mark.django_db

assert of_people and of_requests  # importing them registers their attacks
EACH = pytest.mark.parametrize("attack", list(ATTACKS.values()), ids=lambda attack: attack.name)


@EACH
def test_the_takeover_fails(attack: Attack) -> None:
    assert not attack.attempt(), f"{attack.name} succeeded: {attack.control} did not hold"


@EACH
def test_without_its_control_it_succeeds(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    attack.switch_off(monkeypatch)
    assert attack.attempt(), f"{attack.name} proves nothing: it fails without its control, too"


@EACH
def test_it_leaves_a_trail_and_somebody_is_told(attack: Attack) -> None:
    """Refusals were seen to be missed with ``note_attempt`` doing nothing, on 24 November 2026."""
    _service_manager()
    attack.attempt()
    attack.leaves()


def test_nobody_is_told_twice() -> None:
    _service_manager()
    next(each for each in ATTACKS.values() if each.leaves is a_refusal).attempt()
    a_refusal()
    assert report_attempts(system_actor("The portal", WATCH_ATTEMPTS)) == 0


def _service_manager() -> None:
    MembershipFactory(organisation=OperatorFactory(), roles=["service_manager"], user__email=MANAGER)


def test_only_reading_leaves_no_trail() -> None:
    silent = [each.name for each in ATTACKS.values() if each.leaves is only_the_web_servers_log]
    assert silent == ["the_open_session_of_a_leaver_goes_on", "the_code_of_another_practice_is_typed_into_the_address"]


def test_there_are_at_least_thirty() -> None:
    assert len(ATTACKS) >= 30
