"""Changes happen in services; views and forms do not write."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module

from portal.foundation.access.services import SERVICES
from tests.meta.source import PORTAL, production_modules, short, tree_of

# Parts of services: they need a service's transaction and leave the event to it.
PARTS = {
    f"portal.{name}"
    for name in (
        "casework.services.lock_case",
        "casework.services.say",
        "serials.services.lock_format",
        "supplies.services.allocate_waiting",
        "supplies.services.decide_order",
        "supplies.services.derive_state",
        "supplies.services.fill_boxes",
        "supplies.services.follow_consignments",
        "supplies.services.keep_batches",
        "supplies.services.leave_in_date",
        "supplies.services.lessen_reservation",
        "supplies.services.lock_consignment",
        "supplies.services.lock_levels",
        "supplies.services.lock_order",
        "supplies.services.lock_standing_order",
        "supplies.services.move_stock",
        "supplies.services.promise_order",
        "supplies.services.receive_boxes",
        "supplies.services.release_reservations",
        "supplies.services.reserve_stock",
        "supplies.services.settle_lines",
        "supplies.services.swap_line",
        "supplies.services.take_back",
        "supplies.services.take_basket",
    )
}
WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create"}


def _service_modules() -> list[str]:
    return [
        ".".join(path.relative_to(PORTAL.parent).with_suffix("").parts)
        for path in production_modules()
        if path.parent.name == "services" and path.name != "__init__.py"
    ]


def test_every_services_module_holds_a_service_or_is_a_known_part() -> None:
    names = _service_modules()
    for name in names:
        import_module(name)
    holders = {name.rpartition(".")[0] for name in SERVICES}
    assert [name for name in names if name not in holders and name not in PARTS] == []


def test_every_service_takes_the_actor_first() -> None:
    wrong = []
    for name in SERVICES:
        module, _, function = name.rpartition(".")
        first = next(iter(inspect.signature(getattr(import_module(module), function)).parameters), "")
        if first != "actor":
            wrong.append(name)
    assert wrong == []


def test_views_forms_and_presenters_do_not_write() -> None:
    wrong = []
    for path in production_modules():
        if not {"views", "forms", "presenters"} & {path.parent.name, path.stem}:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                # dict.update and set.update on plain names are not database writes.
                if node.func.attr == "update" and not _mentions_objects(node.func):
                    continue
                wrong.append(f"{short(path)}:{node.lineno} {node.func.attr}")
    assert wrong == []


def test_views_reach_rows_only_through_a_scope() -> None:
    wrong = []
    for path in production_modules():
        if "views" not in {path.parent.name, path.stem}:
            continue
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "objects"
                and node.attr not in {"visible_to", "about"}
            ):
                wrong.append(f"{short(path)}:{node.lineno} .objects.{node.attr}")
    assert wrong == []


def _mentions_objects(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr in {"objects", "filter"} for part in ast.walk(node))
