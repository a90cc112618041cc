"""Numbers of patients come from the published list, whole or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import SiteSize
from portal.supplies.usage.list_sizes import BadListSizes, read_list_sizes

HEAD = "PUBLICATION,EXTRACT_DATE,TYPE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\n"


def test_the_published_columns_are_read_and_only_the_rows_of_everybody() -> None:
    rows = "GP,01NOV2026,GP,A81001,AA1 1AA,ALL,ALL,4321\nGP,01NOV2026,GP,A81001,AA1 1AA,MALE,5,12\n"
    (size,) = read_list_sizes((HEAD + rows).encode())
    assert (size.code, size.patients, size.counted_on) == ("A81001", 4321, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name,patients\nx,1\n", 1),
        ("code,patients,counted_on\nA81001,many,2026-11-01\n", 2),
        ("code,patients,counted_on\nA81001,5,2026-11-01\nA81002,5,yesterday\n", 3),
        ("code,patients,counted_on\nA81001,5,2026-11-01\nA81001,6,2026-11-01\n", 3),
    ],
)
def test_a_bad_file_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadListSizes) as refused:
        read_list_sizes(text.encode())
    assert refused.value.line == line


@pytest.mark.django_db
def test_a_file_of_an_earlier_day_does_not_go_back(tmp_path: Path) -> None:
    site, file = OrganisationFactory(), tmp_path / "sizes.csv"
    for day, patients in (("2026-11-01", 5000), ("2026-10-01", 4000)):
        file.write_text(f"code,patients,counted_on\n{site.code},{patients},{day}\nZZZZZ9,1,{day}\n")
        call_command("load_list_sizes", str(file))
    assert SiteSize.objects.get().patients == 5000
    file.write_text("code,patients,counted_on\nA81001,x,2026-11-01\n")
    with pytest.raises(CommandError, match="line 2"):
        call_command("load_list_sizes", str(file))
