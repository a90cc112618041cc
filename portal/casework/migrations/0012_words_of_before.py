"""The words of the cases that are there already."""

from django.db import migrations

from portal.casework.words import words_sql

_WORDS = f"""
insert into casework_caseword (case_id, word)
select found.* from casework_case cross join lateral ({words_sql("casework_case")}) found
"""  # noqa: S608  our own words


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_found_by_words")]

    operations = [
        migrations.RunSQL("select set_config('portal.scope', 'system', true);", migrations.RunSQL.noop),
        migrations.RunSQL(_WORDS, migrations.RunSQL.noop),
    ]
