"""Cases stand behind the second wall (docs/decisions/0003)."""

from django.db import migrations

from portal.foundation.access.row_security import row_security


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [row_security("casework_case")]
