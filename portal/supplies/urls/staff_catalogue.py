"""The catalogue's addresses under /staff/supplies/, and each organisation's ordering rules."""

from __future__ import annotations

from django.urls import path

from portal.supplies.views import staff_accounts, staff_catalogue, staff_substitutes, stock_room

catalogue = [
    path("catalogue/", staff_catalogue.Catalogue.as_view(), name="catalogue"),
    path("catalogue/add/", staff_catalogue.AddItem.as_view(), name="add_item"),
    path("catalogue/<item>/", staff_catalogue.Item.as_view(), name="item"),
    path("catalogue/<item>/edit/", staff_catalogue.EditItem.as_view(), name="edit_item"),
    path("catalogue/<item>/withdraw/", staff_catalogue.WithdrawItem.as_view(), name="withdraw_item"),
    path("catalogue/<item>/shortage/", stock_room.Shortage.as_view(), name="shortage"),
    path("catalogue/<item>/shortage/over/", stock_room.ShortageOver.as_view(), name="shortage_over"),
    path("catalogue/<item>/substitutes/", staff_substitutes.Rules.as_view(), name="substitutes"),
    path("catalogue/<item>/substitutes/<substitute>/end/", staff_substitutes.EndRule.as_view(), name="end_substitute"),
    path("accounts/<organisation>/", staff_accounts.Account.as_view(), name="account"),
]
