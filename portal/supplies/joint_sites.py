"""Whom a person may order for at once: each site by the person's own membership there, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from portal.accounts.actors import actors_of_member
from portal.foundation.access import Actor
from portal.foundation.access.permissions import Permission
from portal.foundation.errors import NotFound
from portal.supplies.permissions import PLACE_ORDER

MOST_SITES = 10  # on one sheet: the work of a page is bounded by it


def sites_of_person(actor: Actor, permission: Permission) -> dict[str, Actor]:
    """Site code -> the person as the actor of that site, for each site at which they hold the permission now.

    The second factor was given by the person in this session, so it counts at each of their sites.
    """
    found = actors_of_member(actor.user_id)
    return {
        code: replace(each, second_factor_at=actor.second_factor_at)
        for code, each in found.items()
        if each.can(permission)
    }


def sites_to_order_for(actor: Actor, codes: Iterable[str]) -> list[Actor]:
    """The actors of these sites, in the order of their ids, which is the order in which they are locked.

    Raises NotFound for a site at which the person has no live membership (R1), Refused where it gives no right.
    """
    found = actors_of_member(actor.user_id)
    chosen = []
    for code in sorted(set(codes)):
        if code not in found:
            raise NotFound
        found[code].require(PLACE_ORDER)
        chosen.append(replace(found[code], second_factor_at=actor.second_factor_at))
    return sorted(chosen, key=lambda each: each.organisation_id or 0)
