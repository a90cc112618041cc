"""Records and their parts, who has them, their journeys, and what was scanned on the way."""

from portal.records.models.collection import CollectionDay, CollectionVisit
from portal.records.models.custody import CustodyEvent
from portal.records.models.discrepancy import Discrepancy
from portal.records.models.holder import Holder
from portal.records.models.label import Label
from portal.records.models.movement import Bag, Movement
from portal.records.models.record import PaperRecord, RecordPart
from portal.records.models.retrieval import Retrieval, RetrievalWave
from portal.records.models.scan import Scan
from portal.records.models.store import Box, Building, Shelf

__all__ = [
    "Bag",
    "Box",
    "Building",
    "CollectionDay",
    "CollectionVisit",
    "CustodyEvent",
    "Discrepancy",
    "Holder",
    "Label",
    "Movement",
    "PaperRecord",
    "RecordPart",
    "Retrieval",
    "RetrievalWave",
    "Scan",
    "Shelf",
]
