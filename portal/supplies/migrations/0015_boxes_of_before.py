"""What was packed before boxes were kept: one box holds everything; of several, nobody wrote down the contents."""

from django.db import migrations

_BOXES = """
update supplies_consignment set by_box = false where packages > 1 and state not in ('picking', 'cancelled');
insert into supplies_box (consignment_id, number, code, carrier_piece, closed_at, closed_by_name, loaded_at,
                          loaded_by_name, delivered_at, received_by, answer)
select c.id, n, c.reference || '-' || n, '', coalesce(c.packed_at, c.created_at),
       coalesce(nullif(c.picked_by_name, ''), 'Not recorded'), c.dispatched_at, '', c.delivered_at,
       case when c.delivered_at is null then '' else coalesce(nullif(c.received_by, ''), 'Not recorded') end, ''
from supplies_consignment c cross join lateral generate_series(1, c.packages) n
where c.state not in ('picking', 'cancelled');
insert into supplies_boxline (box_id, part_id, batch_id, quantity)
select box.id, part.id, pick.batch_id, pick.quantity from supplies_box box
join supplies_consignment c on c.id = box.consignment_id and c.by_box
join supplies_consignmentline part on part.consignment_id = c.id
join supplies_batchpick pick on pick.consignment_line_id = part.id;
insert into supplies_boxline (box_id, part_id, quantity, received)
select box.id, part.id, part.picked - coalesce(picks.packs, 0), case when picks.packs is null then part.received end
from supplies_box box
join supplies_consignment c on c.id = box.consignment_id and c.by_box
join supplies_consignmentline part on part.consignment_id = c.id
left join lateral (
    select sum(pick.quantity) as packs from supplies_batchpick pick where pick.consignment_line_id = part.id
) picks on true
where part.picked > coalesce(picks.packs, 0);
"""


class Migration(migrations.Migration):
    dependencies = [("supplies", "0014_boxes")]

    operations = [
        migrations.RunSQL("select set_config('portal.scope', 'system', true);", migrations.RunSQL.noop),
        migrations.RunSQL(_BOXES, "delete from supplies_boxline; delete from supplies_box;"),
    ]
