"""What can be allowed in accounts; the role table grants it."""

from portal.foundation.access import permission

GRANT_MEMBERSHIP = permission("accounts.grant_membership", "give people access to organisations")
