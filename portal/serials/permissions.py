"""What can be allowed with numbered forms; the role table grants it."""

from portal.foundation.access import permission

VIEW_REGISTER = permission("serials.view_register", "see where numbered forms are")
RECEIVE_SERIALS = permission("serials.receive", "book numbered forms in")
ALLOCATE_SERIALS = permission("serials.allocate", "put numbered forms into a consignment")
SETTLE_INCIDENTS = permission("serials.settle", "settle reports of missing forms")

VIEW_OWN_FORMS = permission("serials.view_own", "see the numbered forms of your site")
KEEP_FORMS = permission("serials.keep", "confirm, issue, return and destroy numbered forms")
REPORT_FORMS = permission("serials.report", "report numbered forms as missing")

RELEASE_ORDERS = permission("serials.release_orders", "release unusual orders of secure stationery")
KEEP_PRESCRIBERS = permission("serials.keep_prescribers", "keep the list of your site's prescribers")
ASK_FOR_FORMAT = permission("serials.ask_format", "say how serial numbers of a form are written and checked")
AGREE_FORMAT = permission("serials.agree_format", "agree with how serial numbers of a form are written and checked")
EDIT_CONTACTS = permission("serials.edit_contacts", "say who must know when forms are missing")
