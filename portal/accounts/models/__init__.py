"""People, their memberships and the roles on them."""

from portal.accounts.models.membership import Membership, RoleGrant
from portal.accounts.models.user import User

__all__ = ["Membership", "RoleGrant", "User"]
