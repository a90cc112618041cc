"""Work nobody clicks for: functions that run again and again, and the process that runs them."""

from portal.foundation.worker.one_by_one import one_after_another, one_by_one, some_at_once
from portal.foundation.worker.register import periodic

__all__ = ["one_after_another", "one_by_one", "periodic", "some_at_once"]
