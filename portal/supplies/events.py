"""What can happen in supplies. Sentences are shown on timelines; ``public=False`` only to staff."""

from portal.foundation.audit import event_type

ORDER_PLACED = event_type("supplies.order_placed", "{actor} placed the order", fields=("lines", "route"))
JOINT_ORDERED = event_type(
    "supplies.joint_ordered", "{actor} placed orders for {deliveries} sites together", fields=("deliveries", "orders")
)
ORDER_APPROVED = event_type("supplies.order_approved", "{actor} approved the order", fields=("route",))
ORDER_REJECTED = event_type(
    "supplies.order_rejected", "{actor} did not approve the order: {reason}", fields=("reason",)
)
ORDER_CANCELLED = event_type(
    "supplies.order_cancelled", "{actor} cancelled the order: {reason}", fields=("reason", "lines")
)
ORDER_HELD = event_type("supplies.order_held", "{actor} put the order on hold: {reason}", fields=("reason",))
ORDER_RELEASED = event_type("supplies.order_released", "{actor} released the order", fields=())
LINES_ALLOCATED = event_type(
    "supplies.lines_allocated", "Stock arrived and was put aside for this order", fields=("items",)
)
RESERVATIONS_LOST = event_type(
    "supplies.reservations_lost",
    "A stock count found fewer than expected. Waiting for stock again: {items}",
    fields=("items",),
)
PROMISE_CHANGED = event_type(
    "supplies.promise_changed", "The promised date of {item} is now {promised_on}", fields=("item", "promised_on")
)

SUBSTITUTE_SENT = event_type(
    "supplies.substitute_sent",
    "Instead of {packs} of {item}, {new_packs} of {substitute} are sent, promised by {promised_on}",
    fields=("item", "packs", "substitute", "new_packs", "promised_on"),
)
SUBSTITUTE_ASKED = event_type(
    "supplies.substitute_asked",
    "{actor} asked whether {substitute} may be sent instead of {item}. Answer by {answer_by}",
    fields=("item", "substitute", "answer_by"),
)
SUBSTITUTE_DECLINED = event_type(
    "supplies.substitute_declined",
    "{actor} did not want {substitute} instead of {item}",
    fields=("item", "substitute"),
)
SUBSTITUTE_LAPSED = event_type(
    "supplies.substitute_lapsed",
    "The offer of {substitute} instead of {item} ended without an answer",
    fields=("item", "substitute"),
)
SUBSTITUTE_WITHDRAWN = event_type(
    "supplies.substitute_withdrawn",
    "{actor} withdrew the offer of {substitute} instead of {item}",
    fields=("item", "substitute"),
)
SUBSTITUTES_SAID = event_type("supplies.substitutes_said", "{actor} said of substitutes: {choice}", fields=("choice",))
SUBSTITUTES_SAID_FOR_ORDER = event_type(
    "supplies.substitutes_said_for_order", "{actor} said of substitutes in this order: {choice}", fields=("choice",)
)
SUBSTITUTE_ALLOWED = event_type(
    "supplies.substitute_allowed",
    "{actor} allowed {substitute} instead, {factor}",
    fields=("substitute", "factor"),
    public=False,
)
SUBSTITUTE_ENDED = event_type(
    "supplies.substitute_ended", "{actor} ended the substitute {substitute}", fields=("substitute",), public=False
)

PICKING_STARTED = event_type("supplies.picking_started", "{actor} began to pick the order", fields=("consignment",))
ITEM_PICKED = event_type(
    "supplies.item_picked", "{actor} picked {quantity} of {item}", fields=("item", "quantity"), public=False
)
CONSIGNMENT_PACKED = event_type(
    "supplies.consignment_packed",
    "{actor} packed consignment {consignment}",
    fields=("consignment", "packages", "short"),
)
BOXES_CHANGED = event_type(
    "supplies.boxes_changed", "{actor}: {what}, consignment {consignment}", fields=("consignment", "what"), public=False
)
BOX_LOADED = event_type(
    "supplies.box_loaded", "{actor} gave box {box} of {consignment} out", fields=("consignment", "box"), public=False
)
BOX_DELIVERED = event_type(
    "supplies.box_delivered",
    "Box {box} of {consignment} was taken in by {received_by}",
    fields=("consignment", "box", "received_by"),
)
CONSIGNMENT_REOPENED = event_type(
    "supplies.consignment_reopened", "{actor} opened {consignment} again", fields=("consignment",), public=False
)
CONSIGNMENT_CANCELLED = event_type(
    "supplies.consignment_cancelled",
    "{actor} put {consignment} back on the shelf",
    fields=("consignment",),
    public=False,
)
CONSIGNMENT_DISPATCHED = event_type(
    "supplies.consignment_dispatched",
    "{actor} handed {consignment} to {carrier}",
    fields=("consignment", "carrier", "carrier_reference"),
)
DELIVERY_FAILED = event_type(
    "supplies.delivery_failed",
    "{carrier} could not deliver {consignment}: {reason}",
    fields=("consignment", "carrier", "reason"),
)
DELIVERY_TRIED_AGAIN = event_type(
    "supplies.delivery_tried_again", "{carrier} has {consignment} on the road again", fields=("consignment", "carrier")
)
CONSIGNMENT_DELIVERED = event_type(
    "supplies.consignment_delivered",
    "{consignment} was taken in by {received_by}",
    fields=("consignment", "received_by"),
)
RECEIPT_CONFIRMED = event_type(
    "supplies.receipt_confirmed",
    "{actor} confirmed that {consignment} is complete{note}",
    fields=("consignment", "note"),
)
RECEIPT_DISPUTED = event_type(
    "supplies.receipt_disputed",
    "{actor} reported that {consignment} is not complete. Missing: {missing}{note}",
    fields=("consignment", "missing", "case", "note"),
)
RECEIPT_SETTLED = event_type(
    "supplies.receipt_settled",
    "{actor} settled {consignment} as it is. Missing: {missing}{note}",
    fields=("consignment", "missing", "note"),
)
PROBLEM_REPORTED = event_type(
    "supplies.problem_reported", "{actor} reported a problem: {kind} (reference {case})", fields=("kind", "case")
)

STOCK_RECEIVED = event_type(
    "supplies.stock_received", "{actor} booked in {quantity}", fields=("quantity", "note"), public=False
)
STOCK_COUNTED = event_type(
    "supplies.stock_counted",
    "{actor} counted {counted}; the books said {expected}",
    fields=("counted", "expected"),
    public=False,
)
STOCK_TRANSFERRED = event_type(
    "supplies.stock_transferred",
    "{actor} transferred {quantity} to {store}",
    fields=("quantity", "store"),
    public=False,
)
SHORTAGE_TOLD = event_type(
    "supplies.shortage_told",
    "{actor} told sites of a shortage: {words} Instead: {substitute}",
    fields=("words", "substitute"),
    public=False,
)
SHORTAGE_OVER = event_type("supplies.shortage_over", "{actor} took the shortage notice away", fields=(), public=False)
CONSIGNMENT_CAME_BACK = event_type(
    "supplies.consignment_came_back",
    "{consignment} came back to the warehouse, and is sent again",
    fields=("consignment",),
)
WAVE_STARTED = event_type(
    "supplies.wave_started",
    "{actor} began a wave of {consignments} for {route}",
    fields=("consignments", "route"),
    public=False,
)
PROOFS_IMPORTED = event_type(
    "supplies.proofs_imported",
    "{actor} brought in a carrier's file: {delivered} delivered, {unplaced} not placed",
    fields=("delivered", "unplaced"),
    public=False,
)
COUNT_DIFFERS = event_type(
    "supplies.count_differs",
    "{actor} counted {counted}; the books say {expected}, and a second person has to agree",
    fields=("counted", "expected"),
    public=False,
)
COUNT_REJECTED = event_type(
    "supplies.count_rejected",
    "{actor} did not agree with the count of {counted}: {reason}",
    fields=("counted", "reason"),
    public=False,
)
STOCK_ADJUSTED = event_type(
    "supplies.stock_adjusted", "{actor} adjusted by {quantity}: {reason}", fields=("quantity", "reason"), public=False
)
STOCK_EXPIRED = event_type(
    "supplies.stock_expired",
    "{quantity} went out of date and came off the books: {batches}",
    fields=("quantity", "batches"),
    public=False,
)
STOCK_EXPECTED = event_type(
    "supplies.stock_expected", "{actor} set the next delivery to {expected_on}", fields=("expected_on",), public=False
)
ITEM_ADDED = event_type("supplies.item_added", "{actor} added the item", fields=("values",), public=False)
ITEM_CHANGED = event_type("supplies.item_changed", "{actor} changed the item", fields=("changes",), public=False)
STORE_ADDED = event_type("supplies.store_added", "{actor} added the store {name}", fields=("name",), public=False)
STORE_CHANGED = event_type("supplies.store_changed", "{actor} changed the store", fields=("changes",), public=False)

BASKET_CHANGED = event_type("supplies.basket_changed", "{actor} changed the basket", fields=("lines",), public=False)
FAVOURITE_SAVED = event_type("supplies.favourite_saved", "{actor} saved the list {name}", fields=("name", "lines"))
FAVOURITE_RENAMED = event_type(
    "supplies.favourite_renamed", "{actor} renamed the list {former} to {name}", fields=("former", "name")
)
FAVOURITE_DELETED = event_type(
    "supplies.favourite_deleted", "{actor} deleted the list {name}", fields=("name", "lines")
)
ACCOUNT_CHANGED = event_type(
    "supplies.account_changed", "{actor} changed the ordering rules", fields=("approval_required", "reason")
)
ORDER_READDRESSED = event_type(
    "supplies.order_readdressed", "The order goes to the site's new address, {postcode}", fields=("postcode",)
)

STANDING_SET_UP = event_type("supplies.standing_set_up", "{actor} set the standing order up", fields=("lines",))
STANDING_CHANGED = event_type("supplies.standing_changed", "{actor} changed the standing order", fields=("lines",))
STANDING_SKIPPED = event_type("supplies.standing_skipped", "{actor} skipped {on}", fields=("on",))
STANDING_PUT_BACK = event_type("supplies.standing_put_back", "{actor} put {on} back", fields=("on",))
STANDING_PAUSED = event_type("supplies.standing_paused", "{actor} paused the standing order", fields=())
STANDING_RESUMED = event_type("supplies.standing_resumed", "{actor} resumed the standing order", fields=("next",))
STANDING_ENDED = event_type("supplies.standing_ended", "{actor} ended the standing order", fields=())
STANDING_STOPPED = event_type("supplies.standing_stopped", "It was stopped: {reason}", fields=("reason",))
STANDING_ORDERED = event_type("supplies.standing_ordered", "Order {order} was placed for {on}", fields=("order", "on"))
STANDING_FAILED = event_type(
    "supplies.standing_failed", "Nothing was ordered for {on}: {reason}", fields=("on", "reason")
)
STANDING_BROKE = event_type(
    "supplies.standing_broke", "The portal broke down over {on}: {fault}", fields=("on", "fault"), public=False
)
STANDING_SETTLED = event_type(
    "supplies.standing_settled", "{actor} settled the fault over {on}: {note}", fields=("on", "note"), public=False
)
STANDING_REMINDED = event_type("supplies.standing_reminded", "A reminder of {on} was sent", fields=("on",))

NEED_SNOOZED = event_type(
    "supplies.need_snoozed", "{actor} hid {subject} until {until}", fields=("until",), public=False
)
NEED_DISMISSED = event_type("supplies.need_dismissed", "{actor} hid {subject}", fields=(), public=False)
NEED_PUT_BACK = event_type("supplies.need_put_back", "{actor} shows {subject} again", fields=(), public=False)
LIST_SIZES_LOADED = event_type(
    "supplies.list_sizes_loaded",
    "{actor} took in the numbers of patients of {stored} practices",
    fields=("stored", "unknown"),
    public=False,
)
