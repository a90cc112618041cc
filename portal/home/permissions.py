"""What can be allowed at home; the role table grants it."""

from portal.foundation.access import permission

VIEW_HOME = permission("home.view_home", "open the home page")
EDIT_NOTICES = permission("home.edit_notices", "put up or end service notices")
