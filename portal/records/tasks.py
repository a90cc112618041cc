"""What records do by themselves."""

from datetime import timedelta

from portal.foundation.worker import one_after_another, periodic
from portal.records.registrations.moving import begin_waiting
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.services.join_store import join_everything
from portal.records.services.judge_collections import judge_everything
from portal.records.services.plan_collections import plan_everything
from portal.records.services.reconstitute import join_what_was_found
from portal.records.services.watch_clock import let_time_pass


@periodic("records.begin_movements", every=timedelta(minutes=10))
def begin_movements() -> None:
    """Begins the movements that registrations call for and that could not begin at once."""
    begin_waiting()


@periodic("records.join_store", every=timedelta(hours=12))
def join_store() -> None:
    """Sends stored records home whose patients are registered somewhere."""
    join_everything()


@periodic("records.watch_clock", every=timedelta(hours=1))
def watch_clock() -> None:
    """Shows bags that should have arrived, and lets long missing ones count as lost."""
    let_time_pass()


@periodic("records.plan_collections", every=timedelta(hours=24))
def plan_collections() -> None:
    """Plans the courier's visits of the next weeks, and moves those that a new holiday is in the way of."""
    plan_everything()


@periodic("records.judge_collections", every=timedelta(hours=1))
def judge_collections() -> None:
    """Tells from the scans whether the courier came."""
    judge_everything()


@periodic("records.follow_searches", every=timedelta(minutes=2))
def search_for_missing() -> None:
    """Asks everybody who had a missing record, and tells them when it is found; joins originals that turned up."""
    one_after_another(searches=follow_searches, originals=join_what_was_found)
