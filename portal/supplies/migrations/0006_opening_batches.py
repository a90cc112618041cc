"""What lay on the shelves before batches were kept is one batch without a name, so that the two agree."""

from django.db import migrations

from portal.foundation.access.row_security import row_security

_OPEN = """
insert into supplies_stockbatch (level_id, code, expires_on, on_hand, held)
select level.id, '', null, level.on_hand, coalesce((
    select sum(line.quantity) from supplies_consignmentline line
    join supplies_consignment consignment on consignment.id = line.consignment_id
    where line.level_id = level.id and consignment.state in ('picking', 'packed')
), 0)
from supplies_stocklevel level join supplies_catalogueitem item on item.id = level.item_id
where item.item_class = 'clinical' and level.on_hand > 0;
insert into supplies_batchpick (consignment_line_id, batch_id, quantity)
select line.id, batch.id, line.quantity from supplies_consignmentline line
join supplies_consignment consignment on consignment.id = line.consignment_id
join supplies_stockbatch batch on batch.level_id = line.level_id
where consignment.state in ('picking', 'packed');
"""
_PART = "exists (select 1 from supplies_consignmentline part where part.id = consignment_line_id)"
_CLOSE = "delete from supplies_batchpick; delete from supplies_stockbatch;"


class Migration(migrations.Migration):
    dependencies = [("supplies", "0005_batches")]

    operations = [
        row_security("supplies_batchpick", through=_PART),
        migrations.RunSQL("select set_config('portal.scope', 'system', true);", migrations.RunSQL.noop),
        migrations.RunSQL(_OPEN, _CLOSE),
    ]
