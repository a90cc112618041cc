"""Keeping the store itself: its buildings, shelves and boxes, as rows (J26)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.records.events import BOX_CHANGED, STORE_BUILT, STORE_CHANGED
from portal.records.models import Box, Building, RecordPart, Shelf
from portal.records.models.store import CODE, MOST_IN_A_BOX
from portal.records.permissions import WORK_RECORDS
from portal.records.places import own_place

MOST_BOXES = 200  # added at once, and labels of one print-out
_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True, kw_only=True)
class AddBoxes:
    """The command: ``number`` boxes on a shelf, the first with the code ``first``, the others counted up from it."""

    building: str
    shelf: str
    first: str
    number: int
    capacity: int


@dataclass(frozen=True, kw_only=True)
class ChangeBox:
    """The command: what a box is to be from now on. ``shelf`` in ``building`` is where it stands."""

    box: str
    code: str
    capacity: int
    building: str
    shelf: str


@service(WORK_RECORDS)
def add_building(actor: Actor, code: str, name: str) -> Building:
    """A building of the operator's store. Raises InvalidInput for a code that is wrong or taken."""
    _check_code(code)
    if not name.strip():
        raise InvalidInput({"name": "Enter what people call the building."})
    built, is_new = Building.objects.get_or_create(
        code=code, defaults={"store": own_place("store"), "name": name.strip()[:100]}
    )
    if not is_new:
        raise InvalidInput({"code": "A building has this code already."})
    record(STORE_BUILT, actor=actor, subject=("building", built.code), what=f"building {built.code}")
    return built


@service(WORK_RECORDS)
def add_shelf(actor: Actor, building_code: str, code: str) -> Shelf:
    """A shelf in a building. Raises NotFound, and InvalidInput for a code that is wrong or taken."""
    _check_code(code)
    building = Building.objects.visible_to(actor).filter(code=building_code).first()  # type: ignore[attr-defined]
    if building is None:
        raise NotFound
    built, is_new = Shelf.objects.get_or_create(building=building, code=code, defaults={"store_id": building.store_id})
    if not is_new:
        raise InvalidInput({"code": "A shelf of this building has this code already."})
    record(STORE_BUILT, actor=actor, subject=("building", building.code), what=f"shelf {building.code} {built.code}")
    return built


@service(WORK_RECORDS)
def rename_building(actor: Actor, building_code: str, code: str, name: str) -> Building:
    """Another code or name for a building; what stands in it stays.

    Raises NotFound; InvalidInput for a code that is wrong or taken; Conflict when nothing is to be changed.
    """
    _check_code(code)
    if not name.strip():
        raise InvalidInput({"name": "Enter what people call the building."})
    building = _lock_building(actor, building_code)
    name = name.strip()[:100]
    if (code, name) == (building.code, building.name):
        raise Conflict("Nothing was changed: the building is called this already.")
    old, building.code, building.name = building.code, code, name
    _save_code(building, "A building has this code already.", "code", "name")
    record(STORE_CHANGED, actor=actor, subject=("building", code), what=f"building {old}: it is now {code}, {name}")
    return building


@service(WORK_RECORDS)
def rename_shelf(actor: Actor, building_code: str, shelf_code: str, code: str) -> Shelf:
    """Another code for a shelf; its boxes stay on it, and people pass it where the new code comes.

    Raises NotFound; InvalidInput for a code that is wrong or taken; Conflict when nothing is to be changed.
    """
    _check_code(code)
    building = _lock_building(actor, building_code)
    shelf = _shelf(actor, building_code, shelf_code)
    if code == shelf.code:
        raise Conflict("Nothing was changed: the shelf has this code already.")
    shelf.code = code
    _save_code(shelf, "A shelf of this building has this code already.", "code")
    what = f"shelf {building.code} {shelf_code}: it is now {code}"
    record(STORE_CHANGED, actor=actor, subject=("building", building.code), what=what)
    return shelf


@service(WORK_RECORDS)
def add_boxes(actor: Actor, command: AddBoxes) -> list[Box]:
    """Empty boxes on a shelf. Raises NotFound; InvalidInput for codes that are wrong or taken, and for numbers."""
    shelf = _shelf(actor, command.building, command.shelf)
    _check_code(command.first, "first")
    _check_capacity(command.capacity)
    if not 1 <= command.number <= MOST_BOXES:
        raise InvalidInput({"number": f"Add between 1 and {MOST_BOXES} boxes at once."})
    codes = _counted_up(command.first, command.number)
    for code in codes:
        _check_code(code, "first")
    boxes = [Box(shelf=shelf, store_id=shelf.store_id, code=code, capacity=command.capacity) for code in codes]
    try:
        with transaction.atomic():
            made = Box.objects.bulk_create(boxes)
    except IntegrityError:
        taken = Box.objects.filter(code__in=codes).order_by("code").values_list("code", flat=True).first()
        raise InvalidInput({"first": f"There is a box {taken} already. Choose another first code."}) from None
    what = f"{len(codes)} boxes from {codes[0]} on"
    record(STORE_BUILT, actor=actor, subject=("building", shelf.building.code), what=what)
    return made


@service(WORK_RECORDS)
def change_box(actor: Actor, command: ChangeBox) -> Box:
    """Another code or capacity, or another shelf for the whole box with all that lies in it.

    Raises NotFound; InvalidInput for a code that is taken, a shelf of another store, or less room than is used;
    Conflict when nothing is to be changed.
    """
    shelf = _shelf(actor, command.building, command.shelf)
    _check_code(command.code)
    _check_capacity(command.capacity)
    box = lock_box(actor, command.box)
    if shelf.store_id != box.store_id:
        raise InvalidInput({"shelf": "This shelf belongs to another store."})
    inside = RecordPart.objects.filter(box=box).count()
    if inside > command.capacity:
        raise InvalidInput({"capacity": f"{inside} bags lie in this box. Take some out first."})
    if command.code != box.code and Box.objects.filter(code=command.code).exists():
        raise InvalidInput({"code": "Another box has this code already."})
    changes = []
    if command.code != box.code:
        changes.append(f"its code is now {command.code}")
    if command.capacity != box.capacity:
        changes.append(f"it holds {command.capacity} bags")
    if shelf.pk != box.shelf_id:
        changes.append(f"it stands on shelf {shelf.building.code} {shelf.code}")
    if not changes:
        raise Conflict("Nothing was changed: the box is like this already.")
    old, box.code, box.capacity, box.shelf = box.code, command.code, command.capacity, shelf
    box.save(update_fields=["code", "capacity", "shelf"])
    record(BOX_CHANGED, actor=actor, subject=("box", box.code), box=old, what=", ".join(changes))
    return box


def lock_box(actor: Actor, code: str) -> Box:
    """The box, locked until the end of the transaction, with its shelf. Raises NotFound."""
    # No key of it changes, so a part may name it meanwhile: its own trigger waits for this lock, and counts after it.
    found = Box.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)  # type: ignore[attr-defined]
    box: Box | None = found.select_related("shelf__building", "store").filter(code=code).first()
    if box is None:
        raise NotFound("No box has this code. Check it, or add the box first.")
    return box


def _lock_building(actor: Actor, code: str) -> Building:
    """The building, locked: whoever changes it or its shelves does so one after the other. Raises NotFound."""
    found = Building.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)  # type: ignore[attr-defined]
    building: Building | None = found.filter(code=code).first()
    if building is None:
        raise NotFound("No building has this code.")
    return building


def _save_code(place: Building | Shelf, taken: str, *fields: str) -> None:
    try:
        with transaction.atomic():
            place.save(update_fields=fields)
    except IntegrityError:
        raise InvalidInput({"code": taken}) from None


def _shelf(actor: Actor, building: str, code: str) -> Shelf:
    found = Shelf.objects.visible_to(actor).filter(building__code=building, code=code)  # type: ignore[attr-defined]
    shelf: Shelf | None = found.select_related("building").first()
    if shelf is None:
        raise NotFound("No shelf has this code in this building.")
    return shelf


def _check_code(code: str, field: str = "code") -> None:
    if not re.fullmatch(CODE, code):
        raise InvalidInput({field: "Use letters, digits and hyphens only, at most 20, such as A-0001."})


def _check_capacity(capacity: int) -> None:
    if not 1 <= capacity <= MOST_IN_A_BOX:
        raise InvalidInput({"capacity": f"A box holds between 1 and {MOST_IN_A_BOX} bags."})


def _counted_up(first: str, number: int) -> list[str]:
    """A-0009, A-0010, ... with as many digits as the first. Raises InvalidInput when it does not end in a number."""
    ending = _NUMBERED.fullmatch(first)
    if ending is None:
        if number == 1:
            return [first]
        raise InvalidInput({"first": "End the first code with a number, such as A-0001: the others count up from it."})
    stem, digits = ending.groups()
    return [f"{stem}{int(digits) + each:0{len(digits)}}" for each in range(number)]
