"""The door to records: what machines and the home pages may ask of them."""

from portal.records.cards import contractor_record_cards, staff_joining_cards, staff_record_cards
from portal.records.forms.place import PlaceField
from portal.records.manifest import Manifest, MovementStatus, manifest_of, status_of
from portal.records.models import Holder
from portal.records.models.discrepancy import DISCREPANCIES
from portal.records.models.scan import FAILED_BECAUSE, OUTCOMES, SCAN_KINDS
from portal.records.permissions import SCAN_RECORDS, VIEW_ALL_RECORDS
from portal.records.places import couriers, known_place, place_with_code, places_with_codes
from portal.records.registrations.permissions import IMPORT_REGISTRATIONS
from portal.records.registrations.reading import read_stream
from portal.records.registrations.services.import_registrations import import_registrations
from portal.records.round import Stop, round_of
from portal.records.services.take_scans import Scanned, take_scans

__all__ = [
    "DISCREPANCIES",
    "FAILED_BECAUSE",
    "IMPORT_REGISTRATIONS",
    "OUTCOMES",
    "SCAN_KINDS",
    "SCAN_RECORDS",
    "VIEW_ALL_RECORDS",
    "Holder",
    "Manifest",
    "MovementStatus",
    "PlaceField",
    "Scanned",
    "Stop",
    "contractor_record_cards",
    "couriers",
    "import_registrations",
    "known_place",
    "manifest_of",
    "place_with_code",
    "places_with_codes",
    "read_stream",
    "round_of",
    "staff_joining_cards",
    "staff_record_cards",
    "status_of",
    "take_scans",
]
