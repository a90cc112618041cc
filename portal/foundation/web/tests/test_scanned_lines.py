"""What a hand scanner types."""

from __future__ import annotations

from portal.foundation.web.scanned_lines import scanned_lines


def test_each_line_once_in_the_order_scanned() -> None:
    assert scanned_lines(" RL-2\n\nRL-1\r\nRL-2\n") == ["RL-2", "RL-1"]


def test_a_line_is_cut_before_it_is_compared() -> None:
    assert scanned_lines("ABCDE\nABCDF\n", longest=4) == ["ABCD"]
