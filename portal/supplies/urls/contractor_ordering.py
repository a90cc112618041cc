"""The addresses of ordering under /o/<code>/supplies/."""

from __future__ import annotations

from django.urls import path

from portal.supplies.views import basket, catalogue, checkout, favourites, joint, list_exports, needs, standing

ordering = [
    path("", catalogue.Catalogue.as_view(), name="catalogue"),
    path("items/<item_code>/", catalogue.Item.as_view(), name="item"),
    path("basket/", basket.Basket.as_view(), name="basket"),
    path("basket/empty/", basket.EmptyBasket.as_view(), name="empty_basket"),
    path("check/", checkout.Check.as_view(), name="check"),
    path("orders/<reference>/repeat/", basket.RepeatOrder.as_view(), name="repeat_order"),
    path("orders/<reference>/elsewhere/", joint.Elsewhere.as_view(), name="order_elsewhere"),
    path("favourites/", favourites.Favourites.as_view(), name="favourites"),
    path("favourites/export.csv", list_exports.ExportFavourites.as_view(), {"kind": "csv"}, name="favourites_csv"),
    path("favourites/export.xlsx", list_exports.ExportFavourites.as_view(), {"kind": "xlsx"}, name="favourites_xlsx"),
    path("standing/export.csv", list_exports.ExportStanding.as_view(), {"kind": "csv"}, name="standing_csv"),
    path("standing/export.xlsx", list_exports.ExportStanding.as_view(), {"kind": "xlsx"}, name="standing_xlsx"),
    path("standing/dates.csv", list_exports.ExportStandingDates.as_view(), {"kind": "csv"}, name="dates_csv"),
    path("standing/dates.xlsx", list_exports.ExportStandingDates.as_view(), {"kind": "xlsx"}, name="dates_xlsx"),
    path("favourites/save/", favourites.SaveBasket.as_view(), name="save_basket"),
    path("orders/<reference>/save/", favourites.SaveOrder.as_view(), name="save_order"),
    path("favourites/<reference>/use/", favourites.UseFavourite.as_view(), name="use_favourite"),
    path("favourites/<reference>/rename/", favourites.Rename.as_view(), name="rename_favourite"),
    path("favourites/<reference>/delete/", favourites.DeleteFavourite.as_view(), name="delete_favourite"),
    path("needs/", needs.Needs.as_view(), name="needs"),
    path("needs/export.csv", needs.ExportCsv.as_view(), name="needs_csv"),
    path("needs/export.xlsx", needs.ExportXlsx.as_view(), name="needs_xlsx"),
    path("needs/<item_code>/<answer>/", needs.AnswerNeed.as_view(), name="answer_need"),
    path("together/", joint.Sheet.as_view(), name="joint_sheet"),
    path("together/check/", joint.JointCheck.as_view(), name="joint_check"),
    path("together/<reference>/", joint.JointOrderPage.as_view(), name="joint_order"),
    path("standing/", standing.StandingOrders.as_view(), name="standing_orders"),
    path("standing/new/", standing.SetUp.as_view(), name="set_up_standing"),
    path("standing/<reference>/", standing.ShowStanding.as_view(), name="standing"),
    path("standing/<reference>/change/", standing.Change.as_view(), name="change_standing"),
    path("standing/<reference>/<step>/", standing.Step.as_view(), name="standing_step"),
]
