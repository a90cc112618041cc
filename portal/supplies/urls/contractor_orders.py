"""Following an order: addresses under /o/<code>/supplies/orders/."""

from __future__ import annotations

from django.urls import path

from portal.supplies.views import order, order_changes, receipt, substitutes, usage
from portal.supplies.views import orders as lists

orders = [
    path("orders/", lists.Orders.as_view(), name="orders"),
    path("orders/export.csv", lists.ExportCsv.as_view(), name="export_csv"),
    path("orders/export.xlsx", lists.ExportXlsx.as_view(), name="export_xlsx"),
    path("use/", usage.Usage.as_view(), name="usage"),
    path("use/export.csv", usage.ExportUsage.as_view(), {"kind": "csv"}, name="usage_csv"),
    path("use/export.xlsx", usage.ExportUsage.as_view(), {"kind": "xlsx"}, name="usage_xlsx"),
    path("orders/<reference>/", order.OrderPage.as_view(), name="order"),
    path("orders/<reference>/print/", order.PrintOrder.as_view(), name="print_order"),
    path("orders/<reference>/cancel/", order_changes.Cancel.as_view(), name="cancel_order"),
    path("orders/<reference>/approve/", order_changes.Approve.as_view(), name="approve_order"),
    path("orders/<reference>/reject/", order_changes.Reject.as_view(), name="reject_order"),
    path("substitutes/", substitutes.Substitutes.as_view(), name="substitutes"),
    path("orders/<reference>/substitutes/", substitutes.SubstitutesForOrder.as_view(), name="order_substitutes"),
    path("orders/<reference>/substitutes/<offer>/", substitutes.AnswerSubstitute.as_view(), name="answer_substitute"),
    path("orders/<reference>/report/", order_changes.Report.as_view(), name="report_problem"),
    path("orders/<reference>/consignments/<consignment>/receipt/", receipt.Receipt.as_view(), name="confirm_receipt"),
    path("orders/<reference>/consignments/<consignment>/boxes/", receipt.ReceiptByBox.as_view(), name="confirm_boxes"),
    path(
        "orders/<reference>/consignments/<consignment>/report/",
        order_changes.Report.as_view(),
        name="report_consignment",
    ),
]
