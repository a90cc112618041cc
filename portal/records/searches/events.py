"""What can happen in a search. No event names a patient (R5)."""

from portal.foundation.audit import event_type

HOLDERS_ASKED = event_type(
    "searches.holders_asked", "{number} places were asked to look for bag {bag}", fields=("number", "bag")
)
SEARCH_ANSWERED = event_type(
    "searches.answered", "{actor} answered for {holder}: {answer}", fields=("holder", "answer", "state")
)
SEARCHES_WITHDRAWN = event_type(
    "searches.withdrawn", "{number} places need not look any more: {why}", fields=("number", "why")
)
