"""Asha orders for the practice and its branch on one sheet: one joint order, two deliveries."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import time

from portal.demo.earlier import happening_at, working_days_ago
from portal.foundation.access import Actor
from portal.supplies.services.fill_baskets import fill_baskets
from portal.supplies.services.place_joint_order import PlaceJointOrder, place_joint_order

LINES = {"Z99001": {"LFT-REPEAT": 2, "GMS1": 2}, "Z99001001": {"GMS1": 1}}


def order_for_both_sites(actor_of: Callable[..., Actor]) -> None:
    """Places it yesterday morning, through the services."""
    asha = actor_of("asha")
    with happening_at(working_days_ago(1, time(10, 40))):
        fill_baskets(asha, LINES)
        place_joint_order(asha, PlaceJointOrder(submission=uuid.uuid4(), seen=LINES))
