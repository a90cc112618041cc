"""Every table with a site's orders stands behind the second wall (docs/decisions/0003)."""

from django.db import migrations

from portal.foundation.access.row_security import row_security

_LINE = "exists (select 1 from supplies_orderline line where line.id = line_id)"
_CONSIGNMENT = "exists (select 1 from supplies_consignment consignment where consignment.id = consignment_id)"
_FAVOURITE = "exists (select 1 from supplies_favouritelist favourite where favourite.id = favourite_id)"


class Migration(migrations.Migration):
    dependencies = [("supplies", "0001_initial")]

    operations = [
        row_security("supplies_order"),
        row_security("supplies_orderline"),
        row_security("supplies_consignment"),
        row_security("supplies_basketline"),
        row_security("supplies_favouritelist"),
        row_security("supplies_suppliesaccount"),
        row_security("supplies_reservation", through=_LINE),
        row_security("supplies_consignmentline", through=_CONSIGNMENT),
        row_security("supplies_favouriteline", through=_FAVOURITE),
    ]
