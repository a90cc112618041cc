"""When something is needed again: the rule, and what holds for every history (issue 5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.foundation.workdays.calendar import WorkingCalendar
from portal.supplies.needs.reckoning import Need, Purchase, given_up, last_day_to_order, reckon
from portal.supplies.needs.settings import NeedSettings, need_settings

MONDAY = date(2026, 6, 1)
NO_HOLIDAYS = WorkingCalendar(frozenset())
SETTINGS = NeedSettings()
GAPS = st.lists(st.integers(1, 90), min_size=2, max_size=11)


def history(gaps: list[int], packs: list[int], start: date = MONDAY) -> list[Purchase]:
    on, found = start, [Purchase(on=start, packs=packs[0])]
    for gap, number in zip(gaps, packs[1:], strict=False):
        on += timedelta(days=gap)
        found.append(Purchase(on=on, packs=number))
    return found


def needed(purchases: list[Purchase], *, lead_time: int = 5, holidays: frozenset[date] = frozenset()) -> Need | None:
    return reckon(purchases, lead_time=lead_time, calendar=WorkingCalendar(holidays), settings=SETTINGS)


def test_four_weeks_after_it_came_four_weeks_worth_is_used_up() -> None:
    found = needed(history([28, 28, 28], [4, 4, 4, 4]))
    assert found is not None
    last = MONDAY + timedelta(days=84)
    assert (found.last_on, found.lasts_days, found.packs) == (last, 28, 4)
    assert found.arrives_on == last + timedelta(days=7)  # five working days
    assert found.need_by == last + timedelta(days=35)
    assert found.order_by == found.need_by - timedelta(days=10)  # a Friday: five working days and one more
    assert (found.earliest, found.latest) == (found.need_by, found.need_by)


def test_twice_as_much_at_the_end_lasts_twice_as_long() -> None:
    found = needed(history([28, 28, 28], [4, 4, 4, 8]))
    assert found is not None
    assert found.lasts_days == 56


def test_what_is_needed_on_a_holiday_has_to_be_there_on_the_working_day_before() -> None:
    plain = needed(history([28, 28], [4, 4, 4]))
    assert plain is not None
    closed = needed(history([28, 28], [4, 4, 4]), holidays=frozenset({plain.need_by}))
    assert closed is not None
    assert closed.need_by == plain.need_by - timedelta(days=3)  # a Monday: the Friday before
    assert closed.order_by < plain.order_by


def test_nothing_is_said_of_two_orders_or_while_too_few_have_arrived() -> None:
    assert needed(history([28], [4, 4])) is None
    three = history([28, 28], [4, 4, 4])
    assert needed([*three[:2], Purchase(on=three[2].on, packs=4, arrived=False)]) is None


def test_an_order_that_is_on_its_way_counts_as_the_last() -> None:
    three = history([28, 28], [4, 4, 4])
    coming = Purchase(on=three[-1].on + timedelta(days=10), packs=4, arrived=False)
    before, after = needed(three), needed([*three, coming])
    assert before is not None
    assert after is not None
    assert after.need_by > before.need_by


def test_two_orders_of_one_day_are_one() -> None:
    one = history([28, 28], [4, 4, 4])
    split = [Purchase(on=each.on, packs=2) for each in one for _ in range(2)]
    assert needed(split) == needed(one)


def test_how_sure_it_is_depends_on_the_number_of_orders_and_on_their_intervals() -> None:
    even = needed(history([28] * 6, [4] * 7))
    few = needed(history([28] * 2, [4] * 3))
    wild = needed(history([5, 90, 6, 80, 7, 70], [4] * 7))
    assert even is not None
    assert few is not None
    assert wild is not None
    assert (even.certainty, few.certainty, wild.certainty) == ("good", "rough", "rough")
    assert wild.earliest < wild.need_by < wild.latest


def test_what_should_have_been_needed_long_ago_is_given_up() -> None:
    found = needed(history([28, 28], [4, 4, 4]))
    assert found is not None
    assert not given_up(found, found.need_by + timedelta(days=28), SETTINGS)
    assert given_up(found, found.need_by + timedelta(days=29), SETTINGS)


@given(gaps=GAPS, packs=st.integers(1, 50), lead_time=st.integers(0, 20))
def test_what_is_ordered_on_the_last_day_is_there_in_time_at_whatever_hour(
    gaps: list[int], packs: int, lead_time: int
) -> None:
    found = needed(history(gaps, [packs] * (len(gaps) + 1)), lead_time=lead_time)
    assert found is not None
    evening = datetime.combine(found.order_by, time(17), tzinfo=UTC)
    assert NO_HOLIDAYS.add(NO_HOLIDAYS.start_of_work(evening), lead_time) <= found.need_by
    assert found.order_by < found.need_by
    assert NO_HOLIDAYS.is_working_day(found.order_by)
    assert NO_HOLIDAYS.is_working_day(found.need_by)


@given(gaps=GAPS, data=st.data())
def test_it_never_says_a_day_before_the_last_order_has_come(gaps: list[int], data: st.DataObject) -> None:
    """So it is in the past only when it is overdue: when the last order came, and has been used up since."""
    packs = data.draw(st.lists(st.integers(1, 50), min_size=len(gaps) + 1, max_size=len(gaps) + 1))
    found = needed(history(gaps, packs))
    assert found is not None
    assert found.need_by >= found.arrives_on - timedelta(days=3)  # back over a weekend at most
    assert found.earliest <= found.need_by <= found.latest


@given(gaps=GAPS, factor=st.integers(2, 40), data=st.data())
def test_other_packs_of_the_same_thing_change_no_date(gaps: list[int], factor: int, data: st.DataObject) -> None:
    packs = data.draw(st.lists(st.integers(1, 50), min_size=len(gaps) + 1, max_size=len(gaps) + 1))
    one, many = needed(history(gaps, packs)), needed(history(gaps, [each * factor for each in packs]))
    assert one is not None
    assert many is not None
    dates = [(each.need_by, each.order_by, each.earliest, each.latest, each.lasts_days) for each in (one, many)]
    assert dates[0] == dates[1]
    assert many.packs == one.packs * factor


@given(
    gap=st.integers(2, 60),
    packs=st.integers(1, 50),
    number=st.integers(4, 11),
    odd=st.integers(1, 5000),
    data=st.data(),
)
def test_one_odd_order_before_the_last_moves_nothing(
    gap: int, packs: int, number: int, odd: int, data: st.DataObject
) -> None:
    usual = [packs] * (number + 1)
    place = data.draw(st.integers(0, number - 1))
    changed = [odd if here == place else each for here, each in enumerate(usual)]
    plain, with_odd = needed(history([gap] * number, usual)), needed(history([gap] * number, changed))
    assert plain is not None
    assert with_odd is not None
    assert (with_odd.need_by, with_odd.order_by, with_odd.packs) == (plain.need_by, plain.order_by, plain.packs)


@given(gap=st.integers(3, 60), number=st.integers(5, 11), moved=st.integers(1, 59), data=st.data())
def test_one_order_on_an_odd_day_moves_nothing(gap: int, number: int, moved: int, data: st.DataObject) -> None:
    assume(moved < gap)
    place = data.draw(st.integers(1, number - 1))
    gaps = [gap] * number
    gaps[place - 1] += moved
    gaps[place] -= moved
    plain, odd = needed(history([gap] * number, [3] * (number + 1))), needed(history(gaps, [3] * (number + 1)))
    assert plain is not None
    assert odd is not None
    assert odd.need_by == plain.need_by


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)), lead_time=st.integers(0, 30))
def test_the_last_day_to_order_is_the_last(day: date, lead_time: int) -> None:
    found = last_day_to_order(day, lead_time, NO_HOLIDAYS)
    assert NO_HOLIDAYS.add(found + timedelta(days=1), lead_time) <= day or found.weekday() == 4
    later = NO_HOLIDAYS.next_working_day(found + timedelta(days=1))
    evening = datetime.combine(later, time(17), tzinfo=UTC)
    assert NO_HOLIDAYS.add(NO_HOLIDAYS.start_of_work(evening), lead_time) > day or not NO_HOLIDAYS.is_working_day(day)


def test_the_portals_own_settings_can_be_read() -> None:
    assert need_settings().least_orders >= 3
