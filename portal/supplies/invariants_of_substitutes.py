"""What must always be true of substitutes (J7, R4). Each SQL finds the rows where it is not."""

from portal.foundation.invariants import invariant

invariant(
    "supplies.secure_is_never_substituted",
    "Secure stationery is sent as what was ordered, and never instead of something else",
    """
    select line.id as line, item.code from supplies_orderline line
    join supplies_orderline original on original.id = line.substitute_for_id
    join supplies_catalogueitem item on item.id in (line.item_id, original.item_id)
    where item.item_class = 'secure' or item.serial_numbered
    """,
)
invariant(
    "supplies.substitutes_are_agreed",
    "What is sent instead of something else is in the same order, and its offer was accepted",
    """
    select line.id as line, line.order_id from supplies_orderline line
    join supplies_orderline original on original.id = line.substitute_for_id
    where line.order_id <> original.order_id
       or not exists (select 1 from supplies_substitution offer where offer.new_line_id = line.id
                      and offer.line_id = original.id and offer.state = 'accepted'
                      and offer.new_packs = line.quantity)
    """,
)
invariant(
    "supplies.substituted_is_offered",
    "What a line gave up for something else is what its accepted offers say",
    """
    select line.id as line, line.substituted, coalesce(sum(offer.packs), 0) as offered
    from supplies_orderline line
    left join supplies_substitution offer on offer.line_id = line.id and offer.state = 'accepted'
    group by line.id having line.substituted <> coalesce(sum(offer.packs), 0)
    """,
)
