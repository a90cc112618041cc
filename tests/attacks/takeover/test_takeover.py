"""Every scripted takeover fails; without its control every one succeeds (trust 2.5).

Both halves run in every suite. They were seen to differ on 23 November 2026: with an attack's ``switch_off`` left
empty its second half fails, which is how an attack that proves nothing is found.
"""

from __future__ import annotations

import pytest

from tests.attacks.takeover import of_people, of_requests
from tests.attacks.takeover.attack import ATTACKS, Attack

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


def test_there_are_at_least_thirty() -> None:
    assert len(ATTACKS) >= 30
