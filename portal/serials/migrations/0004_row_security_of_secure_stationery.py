"""A site sees its own prescribers, pads, releases and incidents. Who must know in an area is the operator's."""

from django.db import migrations

from portal.foundation.access.row_security import row_security


class Migration(migrations.Migration):
    dependencies = [("serials", "0003_secure_stationery")]

    operations = [
        row_security("serials_securerelease"),
        row_security("serials_receiptwatch"),
        row_security("serials_signeddelivery"),
        row_security("serials_prescriber"),
        row_security("serials_prescribername"),
        row_security("serials_padchoice"),
        row_security("serials_padorder"),
        row_security("serials_padtask"),
        row_security("serials_formincident"),
    ]
