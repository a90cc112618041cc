"""Which store picks next for the orders that are open already, as ``derive_state`` finds it."""

from django.db import migrations

_STORES = """
update supplies_order o set pick_store_id = first.store_id from (
    select distinct on (line.order_id) line.order_id, level.store_id
    from supplies_reservation r
    join supplies_orderline line on line.id = r.line_id and line.state in ('accepted', 'back_ordered')
    join supplies_stocklevel level on level.id = r.level_id
    join supplies_store store on store.id = level.store_id
    order by line.order_id, store.priority, store.id
) first
where first.order_id = o.id and o.state in ('accepted', 'back_ordered', 'picking');
"""


class Migration(migrations.Migration):
    dependencies = [("supplies", "0023_pick_store")]

    operations = [
        migrations.RunSQL("select set_config('portal.scope', 'system', true);", migrations.RunSQL.noop),
        migrations.RunSQL(_STORES, "update supplies_order set pick_store_id = null;"),
    ]
