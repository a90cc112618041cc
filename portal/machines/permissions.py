"""What can be allowed around machines; the role table grants it."""

from portal.foundation.access import permission

KEEP_MACHINES = permission("machines.keep", "admit programs to the portal and end their access")
KEEP_SCANNERS = permission("machines.keep_scanners", "set up couriers' scanners and end their access")
