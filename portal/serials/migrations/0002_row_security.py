"""A site sees its own numbers and their moves; what came from the printer is the operator's."""

from django.db import migrations

from portal.foundation.access.row_security import row_security


class Migration(migrations.Migration):
    dependencies = [("serials", "0001_initial")]

    operations = [
        row_security("serials_serialrange"),
        row_security("serials_serialmove"),
    ]
