"""A role grant's organisation is its membership's: a composite foreign key, which the ORM cannot say."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=(
                "alter table accounts_rolegrant add constraint grant_names_its_organisation"
                " foreign key (membership_id, organisation_id)"
                " references accounts_membership (id, organisation_id) deferrable initially deferred"
            ),
            reverse_sql="alter table accounts_rolegrant drop constraint grant_names_its_organisation",
        )
    ]
