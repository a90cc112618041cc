"""Pads with a prescriber's name are printed to order: another date is promised for them than for other forms (J30)."""

from __future__ import annotations

from portal.foundation.levels import KindOfItsOwn, kind_of_its_own

PERSONALISED = kind_of_its_own(
    KindOfItsOwn(
        source="supplies",
        code="personalised",
        label="Secure stationery with a prescriber's name",
        when="exists (select 1 from serials_padorder pad where pad.line_id = line.id)",
    )
)
