"""What happened, by whom, to what. The names other apps use are here."""

from portal.foundation.audit.events import EventType, event_type
from portal.foundation.audit.record import build_event, record, record_many

__all__ = ["EventType", "build_event", "event_type", "record", "record_many"]
