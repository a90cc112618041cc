"""Numbered forms: what came in, where it is now, and every move."""

from portal.serials.models.serial import SerialMove, SerialRange, SerialReceipt

__all__ = ["SerialMove", "SerialRange", "SerialReceipt"]
