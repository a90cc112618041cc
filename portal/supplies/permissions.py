"""What can be allowed in supplies; the role table grants it."""

from portal.foundation.access import permission

# Contractors
VIEW_ORDERS = permission("supplies.view_orders", "see orders")
PLACE_ORDER = permission("supplies.place_order", "order supplies")
ORDER_SECURE_ITEMS = permission("supplies.order_secure_items", "order secure stationery")
APPROVE_ORDER = permission("supplies.approve_order", "approve or reject orders")
CANCEL_ORDER = permission("supplies.cancel_order", "cancel orders")
CONFIRM_RECEIPT = permission("supplies.confirm_receipt", "confirm what arrived")
REPORT_PROBLEM = permission("supplies.report_problem", "report a problem with an order")

# Staff
VIEW_QUEUE = permission("supplies.view_queue", "see orders of every organisation")
VIEW_STOCK = permission("supplies.view_stock", "see stock and the catalogue")
DECIDE_FOR_SITE = permission("supplies.decide_for_site", "approve orders for sites with one person")
EDIT_ACCOUNT = permission("supplies.edit_account", "change an organisation's ordering rules")
EDIT_CATALOGUE = permission("supplies.edit_catalogue", "change the catalogue")
RECEIVE_STOCK = permission("supplies.receive_stock", "book goods in")
COUNT_STOCK = permission("supplies.count_stock", "record a stock count")
DECIDE_COUNT = permission("supplies.decide_count", "decide what a stock count found")
ADJUST_STOCK = permission("supplies.adjust_stock", "adjust stock")
PICK = permission("supplies.pick", "pick and pack orders")
HAND_OVER = permission("supplies.hand_over", "hand consignments to a carrier")
RECORD_DELIVERY = permission("supplies.record_delivery", "record deliveries")
SUBSTITUTE = permission("supplies.substitute", "send or offer a substitute for what an order waits for")
SETTLE_FAULTS = permission("supplies.settle_faults", "settle standing orders that broke down")
HOLD_ORDER = permission("supplies.hold_order", "put orders on hold")
