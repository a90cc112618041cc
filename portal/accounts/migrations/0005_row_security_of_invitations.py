"""An organisation sees its own invitations; an invitee's link is looked up by the portal itself (R1)."""

from django.db import migrations

from portal.foundation.access.row_security import row_security


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_invitations")]

    operations = [row_security("accounts_invitation")]
