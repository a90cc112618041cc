"""Which sites see the looks that are in the log already."""

from django.db import migrations

from portal.foundation.audit.access_entry import sites_sql

_SITES = f"""
insert into audit_looksite (organisation_id, entry_id)
select found.* from audit_accessentry look cross join lateral ({sites_sql("look")}) found
"""  # noqa: S608  our own words


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_looks_by_site")]

    operations = [
        migrations.RunSQL("select set_config('portal.scope', 'system', true);", migrations.RunSQL.noop),
        migrations.RunSQL(_SITES, migrations.RunSQL.noop),
    ]
