"""The sheet of several sites: the person's baskets at these sites, changed in one call (issue 5)."""

from __future__ import annotations

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import scope_of_site
from portal.foundation.errors import InvalidInput
from portal.supplies.joint_sites import sites_to_order_for
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.update_basket import UpdateBasket, update_basket


@service(PLACE_ORDER)
def fill_baskets(actor: Actor, quantities: dict[str, dict[str, int]]) -> None:
    """Sets lines of the person's baskets: site code -> item code -> packs (0 removes the line). All or nothing.

    Raises NotFound for a site that is not the person's, Refused without the right to order there, and InvalidInput with
    every problem of every site: keys are ``SITE_quantity-CODE``.
    """
    problems: dict[str | None, str] = {}
    for site in sites_to_order_for(actor, quantities):
        with scope_of_site(site.organisation_id):
            try:
                update_basket(site, UpdateBasket(quantities=quantities[site.organisation_code]))
            except InvalidInput as error:
                problems |= {f"{site.organisation_code}_{name}": sentence for name, sentence in error.errors.items()}
    if problems:
        raise InvalidInput(problems)
    nothing_changed()  # where something was changed, each basket's own service has recorded it
