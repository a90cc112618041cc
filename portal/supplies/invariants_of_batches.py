"""What must always be true of batches (R4, I2). Each SQL finds the rows where it is not."""

from portal.foundation.invariants import invariant

invariant(
    "supplies.batches_are_the_shelf",
    "A shelf of clinical supplies holds what its batches hold; other shelves have no batches",
    """
    select level.id as level, level.on_hand, coalesce(sum(batch.on_hand), 0) as batches
    from supplies_stocklevel level join supplies_catalogueitem item on item.id = level.item_id
    left join supplies_stockbatch batch on batch.level_id = level.id
    group by level.id, item.item_class
    having coalesce(sum(batch.on_hand), 0) <> case when item.item_class = 'clinical' then level.on_hand else 0 end
    """,
)
invariant(
    "supplies.batch_is_its_movements",
    "What a batch holds is the sum of its parts of movements, where its shelf has moved since batches are kept",
    """
    select batch.id as batch, batch.on_hand, coalesce(sum(part.quantity), 0) as moved
    from supplies_stockbatch batch left join supplies_batchmovement part on part.batch_id = batch.id
    where batch.code <> '' group by batch.id having batch.on_hand <> coalesce(sum(part.quantity), 0)
    """,
)
invariant(
    "supplies.batch_held_is_picks",
    "What a batch holds back lies in consignments that have not left",
    """
    select batch.id as batch, batch.held, coalesce(open.packs, 0) as picks from supplies_stockbatch batch
    left join (
        select pick.batch_id, sum(pick.quantity) as packs from supplies_batchpick pick
        join supplies_consignmentline line on line.id = pick.consignment_line_id
        join supplies_consignment consignment on consignment.id = line.consignment_id
        where consignment.state in ('picking', 'packed') group by pick.batch_id
    ) open on open.batch_id = batch.id
    where batch.held <> coalesce(open.packs, 0)
    """,
)
