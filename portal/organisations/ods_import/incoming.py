"""The staged rows as SQL in the directory's own terms."""

# ruff: noqa: S608  every part of the statements is a fixed text of this package; values are parameters

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.organisations.kinds import UNKNOWN_PRESCRIBER
from portal.organisations.ods_import.layouts import STATUS_WORDS, Combination, Layout

# Great Britain, the Channel Islands and the Isle of Man; then the few others. Judged as written: a stray
# space makes a postcode malformed. Two patterns, because an alternation costs every row half as much again.
_POSTCODE = "^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}$"
_OTHER_POSTCODE = "^(GIR 0AA|BFPO [0-9]{1,4})$"

_LOST_NOUGHT = "^[1-9]( ?[0-9]){9}$"


@dataclass(frozen=True)
class Release:
    """The staged file, recognised: which layout it has, which day it describes, what its words mean."""

    layout: Layout
    released_on: date
    meanings: str

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of ``rows``."""
        return {"released_on": self.released_on, "meanings": self.meanings}

    @property
    def rows(self) -> str:
        """A select of the staged rows as organisations: ``code``, ``contractor_type`` and the columns of State.

        ``%(released_on)s`` decides what a blank status means (hazard 6): branches and owners have none, so
        the dates say whether they were open on that day. A telephone number that lost its nought in a
        spreadsheet gets it back (hazard 9). A blank postcode is missing, not malformed.
        """
        family = self.layout.family
        return f"""
            select upper(c1) as code, m.contractor_type, c2 as name, m.kind,
                   coalesce(m.status, case
                       when c12 <> '' and c12::date <= %(released_on)s then 'closed'
                       when c11 <> '' and c11::date > %(released_on)s then 'proposed'
                       else 'active' end) as status,
                   array_remove(array[c5, c6, c7, c8, c9], '') as address_lines,
                   c10 as postcode, c10 ~ '{_POSTCODE}' or c10 = '' or c10 ~ '{_OTHER_POSTCODE}' as postcode_is_valid,
                   case when c18 not like '0%%' and c18 ~ '{_LOST_NOUGHT}' then '0' || c18 else c18 end as telephone,
                   upper({family.parent}) as parent_code, upper({family.commissioner}) as commissioner_code,
                   c4 as geography_code, c3 as region_code,
                   nullif(c11, '')::date as opened_on, nullif(c12, '')::date as closed_on, m.roles
            from staged
            join jsonb_to_recordset(%(meanings)s::jsonb) as m (
                status_said text, subtype text, setting text, kind text, contractor_type text, status text, roles text[]
            ) on (m.status_said, m.subtype, m.setting) = (c13, c14, c26)
        """


def meanings(layout: Layout, found: list[Combination]) -> str:
    """What each combination of status, sub-type and setting means, as JSON: for ``Release``.

    The combinations are few, so Python decides once for each and SQL joins. They have been checked
    (``staging.check_values``): each has a kind.
    """
    rows = []
    for each in found:
        kind = layout.kind_of(each.subtype, each.setting) or UNKNOWN_PRESCRIBER
        rows.append(
            {
                "status_said": each.status,
                "subtype": each.subtype,
                "setting": each.setting,
                "kind": kind.code,
                "contractor_type": kind.contractor_type,
                "status": STATUS_WORDS.get(each.status),
                "roles": layout.roles_of(each.subtype, each.setting),
            }
        )
    return json.dumps(rows)
