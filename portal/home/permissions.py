"""What can be allowed at home; the role table grants it."""

from portal.foundation.access import permission

VIEW_HOME = permission("home.view_home", "open the home page")
EDIT_NOTICES = permission("home.edit_notices", "put up or end service notices")
VIEW_LEVELS = permission("home.view_levels", "see the service levels")
DOWNLOAD_ROWS = permission("home.download_rows", "download the rows behind the service levels")
