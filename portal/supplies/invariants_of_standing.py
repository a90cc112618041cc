"""What must always be true of standing orders (R1, R3). Each SQL finds the rows where it is not."""

from portal.foundation.invariants import invariant

invariant(
    "supplies.standing_date_is_of_its_site",
    "The order that was placed for a date of a standing order belongs to the standing order's site",
    """
    select held.id, standing.reference, o.reference as "order" from supplies_standingdate held
    join supplies_standingorder standing on standing.id = held.standing_id
    join supplies_order o on o.id = held.order_id where o.organisation_id <> standing.organisation_id
    """,
)
