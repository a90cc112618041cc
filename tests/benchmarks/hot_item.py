"""Eight clients at once, each of a site of its own: on an item each, and then all on one that is not enough for all."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.benchmarks.peer_order import Shopper
from tests.benchmarks.placing import place_alone, prepare_order

CLIENTS, ORDERS = 8, 12
_LEFT = """
select on_hand, reserved, (select coalesce(sum(quantity), 0) from supplies_reservation where level_id = level.id)
from supplies_stocklevel level join supplies_catalogueitem item on item.id = level.item_id where item.code = 'BENCH-0'
"""
_PLACED = """
select count(*), count(*) filter (where line.state = 'accepted'), count(*) filter (where line.state = 'back_ordered')
from supplies_order o join supplies_orderline line on line.order_id = o.id where o.id > %s
"""


def hot_item(port: int, url: str, values: dict[str, str]) -> None:
    """Prints orders a second, with an item each and with one for all; fails when an order or a pack is lost."""
    clients = [Shopper(port, {"portal": values[f"client{number}"]}) for number in range(CLIENTS)]
    own = _timed(clients, [f"BENCH-{number + 1}" for number in range(CLIENTS)])
    with psycopg.connect(url) as connection:
        connection.execute("select set_config('portal.scope', 'system', false)")
        # So much of the item is put aside for nobody, that two thirds of the orders can be met.
        enough = CLIENTS * ORDERS * 2 // 3
        before = connection.execute(_LEFT).fetchone()
        assert before is not None
        connection.execute(
            "update supplies_stocklevel set on_hand = reserved + %s where id = (select level.id from"
            " supplies_stocklevel level join supplies_catalogueitem item on item.id = level.item_id"
            " where item.code = 'BENCH-0')",
            [enough],
        )
        last = connection.execute("select max(id) from supplies_order").fetchone()
    hot = _timed(clients, ["BENCH-0"] * CLIENTS)
    with psycopg.connect(url) as connection:
        connection.execute("select set_config('portal.scope', 'system', false)")
        placed = connection.execute(_PLACED, [last[0] if last else 0]).fetchone()
        after = connection.execute(_LEFT).fetchone()
    assert after is not None
    wanted = (CLIENTS * ORDERS, enough, CLIENTS * ORDERS - enough)
    if placed != wanted or after[1] != before[1] + enough or after[1] > after[0] or after[1] != after[2]:
        raise SystemExit(f"Orders or packs were lost: {placed} of {wanted}, the shelf says {after}.")
    print(f"\n| {CLIENTS} clients, two workers of four threads | Orders a second |\n|---|---|")
    print(f"| Each on an item of its own | {own:.1f} |\n| All on one item | {hot:.1f} |")
    print(f"\n{placed[0]} orders of the one item: {placed[1]} accepted, {placed[2]} wait; on the shelf {after[0]},")
    print(f"put aside {after[1]}. None lost, none promised twice.")


def _timed(clients: list[Shopper], items: list[str]) -> float:
    """Orders a second: each client places its orders one after the other, from the catalogue on."""

    def work(number: int) -> None:
        for _ in range(ORDERS):
            form, page = prepare_order(clients[number], f"Z8000{number}", 1, [items[number]])
            place_alone(clients[number], form, page)

    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    return CLIENTS * ORDERS / (time.perf_counter() - started)
