"""Makes the shop's tables, 60 products and a customer: ``python -m peer_project.fill`` prints the visitor's cookies."""

from __future__ import annotations

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402

ITEMS, CATEGORIES = 60, 6  # as tests/benchmarks/fill.py makes them for the portal


def fill() -> None:
    """Products with stock, a customer with an address, and nothing bought yet; shipping is free by default."""
    call_command("migrate", verbosity=0)
    _products()
    call_command("rebuild_index", interactive=False, verbosity=0)
    customer = get_user_model().objects.create_user("buyer", "asha@example.org", "not used: the session is made here")
    country = get_model("address", "Country").objects.create(
        iso_3166_1_a2="GB", printable_name="United Kingdom", name="United Kingdom", is_shipping_country=True
    )
    get_model("address", "UserAddress").objects.create(
        user=customer, first_name="Asha", last_name="Patel", line1="1 Lane", line4="Leeds", postcode="LS1 1AA",
        country=country, is_default_for_shipping=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    client = Client()
    client.force_login(customer)
    for name, cookie in client.cookies.items():
        print(f"cookie {name}={cookie.value}")


def _products() -> None:
    kind = get_model("catalogue", "ProductClass").objects.create(name="Supplies")  # stock tracked, shipping needed
    partner = get_model("partner", "Partner").objects.create(name="Store")
    category = get_model("catalogue", "Category")
    categories = [category.add_root(name=f"Category {number}") for number in range(CATEGORIES)]
    for number in range(ITEMS):
        product = get_model("catalogue", "Product").objects.create(
            product_class=kind, upc=f"BENCH-{number}", title=f"Item {number}", description="A pack of an item."
        )
        product.categories.add(categories[number % CATEGORIES])
        product.stockrecords.create(
            partner=partner, partner_sku=f"BENCH-{number}", price="1.00", num_in_stock=1_000_000
        )


if __name__ == "__main__":
    fill()
