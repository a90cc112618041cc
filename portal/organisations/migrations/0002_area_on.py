"""The commissioner of a site on a day, as one function that every feature counts with."""

from django.db import migrations

# What the directory said on the day; before its first release, what that said. A branch has its practice's.
_AREA_ON = """
create function organisations_area_on(wanted bigint, at_day date) returns text language sql stable as $$
    select coalesce(
        (select nullif(v.commissioner_code, '') from organisations_organisationversion v
         where v.organisation_id = o.id and v.valid_to > at_day order by v.valid_from limit 1),
        nullif(o.commissioner_code, ''),
        (select nullif(p.commissioner_code, '') from organisations_organisation p where p.id = o.parent_id),
        ''
    ) from organisations_organisation o where o.id = wanted
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]

    operations = [migrations.RunSQL(_AREA_ON, "drop function organisations_area_on(bigint, date)")]
