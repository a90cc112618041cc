"""Loading a catalogue file: new items are added, staff's edits are respected (J24)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.errors import InvalidInput
from portal.supplies.catalogue_file import BadCatalogueFile, FileRow
from portal.supplies.item_values import differences, values_of
from portal.supplies.models import CatalogueItem
from portal.supplies.permissions import EDIT_CATALOGUE
from portal.supplies.services.add_item import add_item
from portal.supplies.services.change_item import ChangeItem, change_item


@dataclass
class LoadedCatalogue:
    """What loading did: codes created, overwritten, unchanged; and what differs and was left as it is."""

    created: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    different: dict[str, dict[str, list[Any]]] = field(default_factory=dict)


@service(EDIT_CATALOGUE)
def load_catalogue(actor: Actor, rows: list[FileRow], *, overwrite: bool = False) -> LoadedCatalogue:
    """Adds the items that do not exist. Existing ones are changed only with ``overwrite``; else they are reported.

    ``rows`` come from ``read_catalogue``. Raises BadCatalogueFile, naming the line, when a row cannot be
    stored; nothing is changed then.
    """
    result = LoadedCatalogue()
    existing = {
        item.code: item
        for item in CatalogueItem.objects.visible_to(actor)
        .select_related("replaced_by")
        .filter(code__in=[row.values.code for row in rows])
    }
    for row in rows:
        try:
            _load(actor, row, existing.get(row.values.code), overwrite, result)
        except InvalidInput as error:
            name, sentence = next(iter(error.errors.items()))
            raise BadCatalogueFile(row.line, f"{name}: {sentence}") from error
    if not result.created and not result.overwritten:
        nothing_changed()
    return result


def _load(actor: Actor, row: FileRow, item: CatalogueItem | None, overwrite: bool, result: LoadedCatalogue) -> None:
    code = row.values.code
    if item is None:
        add_item(actor, row.values)
        result.created.append(code)
        return
    found = differences(values_of(item), row.values)
    if not found:
        result.unchanged.append(code)
    elif overwrite:
        change_item(actor, ChangeItem(version=item.version, values=row.values))
        result.overwritten.append(code)
    else:
        result.different[code] = found
