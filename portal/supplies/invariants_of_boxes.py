"""What must always be true of boxes (J25, R4). Each SQL finds the rows where it is not."""

from portal.foundation.invariants import invariant

invariant(
    "supplies.boxes_hold_what_was_packed",
    "Every pack of a packed consignment lies in one of its boxes, and no box holds anything else",
    """
    select part.id as part, consignment.reference, part.picked, coalesce(sum(inside.quantity), 0) as boxed
    from supplies_consignmentline part
    join supplies_consignment consignment on consignment.id = part.consignment_id and consignment.by_box
         and consignment.state not in ('picking', 'cancelled')
    left join supplies_boxline inside on inside.part_id = part.id
    group by part.id, consignment.reference having part.picked <> coalesce(sum(inside.quantity), 0)
    """,
)
invariant(
    "supplies.boxes_are_counted",
    "A packed consignment has as many boxes as it says, and they are its own",
    """
    select consignment.id, consignment.reference, consignment.packages, count(box.id) as boxes
    from supplies_consignment consignment left join supplies_box box on box.consignment_id = consignment.id
    where consignment.state not in ('picking', 'cancelled')
    group by consignment.id having consignment.packages <> count(box.id)
    union all
    select inside.id, consignment.reference, box.number, 0 from supplies_boxline inside
    join supplies_box box on box.id = inside.box_id
    join supplies_consignmentline part on part.id = inside.part_id
    join supplies_consignment consignment on consignment.id = box.consignment_id
    where part.consignment_id <> box.consignment_id
    """,
)
invariant(
    "supplies.batches_in_boxes_are_picked",
    "What boxes hold of a batch is what the consignment took of it",
    """
    select pick.id as pick, consignment.reference, pick.quantity, coalesce(boxed.packs, 0) as boxed
    from supplies_batchpick pick
    join supplies_consignmentline part on part.id = pick.consignment_line_id
    join supplies_consignment consignment on consignment.id = part.consignment_id and consignment.by_box
         and consignment.state not in ('picking', 'cancelled')
    left join lateral (
        select sum(quantity) as packs from supplies_boxline inside
        where inside.part_id = part.id and inside.batch_id = pick.batch_id
    ) boxed on true
    where pick.quantity <> coalesce(boxed.packs, 0)
    """,
)
invariant(
    "supplies.boxes_left_with_their_consignment",
    "No box of a consignment that left was left behind unscanned",
    """
    select box.id, box.code from supplies_box box
    join supplies_consignment consignment on consignment.id = box.consignment_id
    where consignment.state in ('dispatched', 'failed', 'delivered', 'received', 'discrepancy')
      and box.loaded_at is null
    """,
)
invariant(
    "supplies.received_by_box",
    "What a site confirmed box by box is what it confirmed of the line",
    """
    select part.id, part.received, sum(inside.received) as by_box from supplies_consignmentline part
    join supplies_boxline inside on inside.part_id = part.id join supplies_box box on box.id = inside.box_id
    where part.received is not null and box.answer <> ''
    group by part.id having count(inside.received) = count(*) and part.received <> sum(inside.received)
    """,
)
