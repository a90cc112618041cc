"""The benchmark of the import runs, and prints what it measured; it asserts no times (see README of bin/test)."""

from __future__ import annotations

import pytest

from portal.organisations.tests.real_data import ODS, needs_real_data
from tests.benchmarks.import_speed import measure, report

pytestmark = [*needs_real_data, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_import_is_measured_beside_a_bare_copy() -> None:
    copied, imported = measure(ODS, rounds=1)

    print(report(copied, imported))
    assert copied > 0
    assert imported > 0
