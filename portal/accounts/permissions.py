"""What can be allowed in accounts; the role table grants it."""

from portal.foundation.access import permission

GRANT_MEMBERSHIP = permission("accounts.grant_membership", "give people access to organisations")
VIEW_USERS = permission("accounts.view_users", "see who has access")
MANAGE_USERS = permission("accounts.manage_users", "add and change users")
CHECK_RECORD = permission("accounts.check_record", "have it checked whether the record is as it was written")
WATCH_ATTEMPTS = permission("accounts.watch_attempts", "see attempts that were refused")
