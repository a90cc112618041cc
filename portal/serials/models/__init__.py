"""Numbered forms: what came in, where it is now, every move; prescribers; releases; incidents."""

from portal.serials.models.incident import AreaContact, FormIncident
from portal.serials.models.prescriber import (
    PadChoice,
    PadOrder,
    PadTask,
    Prescriber,
    PrescriberName,
    Profession,
)
from portal.serials.models.release import ReceiptWatch, SecureRelease, SignedDelivery
from portal.serials.models.rule import SerialRule
from portal.serials.models.serial import SerialMove, SerialRange, SerialReceipt

__all__ = [
    "AreaContact",
    "FormIncident",
    "PadChoice",
    "PadOrder",
    "PadTask",
    "Prescriber",
    "PrescriberName",
    "Profession",
    "ReceiptWatch",
    "SecureRelease",
    "SerialMove",
    "SerialRange",
    "SerialReceipt",
    "SerialRule",
    "SignedDelivery",
]
