"""The rule that a packed consignment lies in its boxes, whole: a trigger on each table that could break it (J25)."""

from __future__ import annotations

import pgtrigger

# Looked at when the transaction ends: from the moment a consignment is packed, every pack of it lies in one box.
# Consignments from before boxes were kept (``by_box`` is false) have boxes, of which nobody wrote down the contents.
BOXES_ADD_UP = """
    IF EXISTS (
        SELECT 1 FROM supplies_consignment c WHERE c.id = wanted AND c.state NOT IN ('picking', 'cancelled')
        AND c.packages <> (SELECT count(*) FROM supplies_box b WHERE b.consignment_id = c.id)
    ) THEN
        RAISE EXCEPTION 'consignment % has not the boxes that it says', wanted USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM supplies_consignment c
        JOIN supplies_consignmentline p ON p.consignment_id = c.id
        LEFT JOIN LATERAL (
            SELECT sum(l.quantity) AS packs, sum(l.quantity) FILTER (WHERE l.batch_id IS NOT NULL) AS named
            FROM supplies_boxline l WHERE l.part_id = p.id
        ) boxed ON true
        LEFT JOIN LATERAL (
            SELECT sum(k.quantity) AS packs FROM supplies_batchpick k WHERE k.consignment_line_id = p.id
        ) picks ON true
        WHERE c.id = wanted AND c.by_box AND c.state NOT IN ('picking', 'cancelled')
        AND (p.picked <> COALESCE(boxed.packs, 0) OR COALESCE(picks.packs, 0) <> COALESCE(boxed.named, 0))
    ) THEN
        RAISE EXCEPTION 'the boxes of consignment % do not hold what was packed', wanted
        USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM supplies_box b WHERE b.consignment_id = wanted
        AND (EXISTS (SELECT 1 FROM supplies_boxline l JOIN supplies_consignmentline p ON p.id = l.part_id
                     WHERE l.box_id = b.id AND p.consignment_id <> wanted)
             OR (NOT EXISTS (SELECT 1 FROM supplies_boxline l WHERE l.box_id = b.id)
                 AND EXISTS (SELECT 1 FROM supplies_consignment c WHERE c.id = wanted AND c.by_box
                             AND c.state NOT IN ('picking', 'cancelled'))))
    ) THEN
        RAISE EXCEPTION 'a box of consignment % is empty or holds what is not its own', wanted
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
OF_THIS_BOX = """(SELECT b.consignment_id FROM supplies_box b
    WHERE b.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.box_id ELSE NEW.box_id END)"""
OF_THIS_ROW = "CASE WHEN TG_OP = 'DELETE' THEN OLD.consignment_id ELSE NEW.consignment_id END"


def boxes_add_up(find: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """The trigger of a table from whose row ``find`` (SQL) leads to the consignment."""
    return pgtrigger.Trigger(
        name="boxes_add_up",
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=[("wanted", "bigint")],
        func=f"wanted := {find}; {BOXES_ADD_UP}",
    )


ANY_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
