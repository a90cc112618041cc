"""People, their memberships, the roles on them, and invitations to have some."""

from portal.accounts.models.invitation import Invitation, SecureQuarantine
from portal.accounts.models.membership import Membership, RoleGrant
from portal.accounts.models.user import User

__all__ = ["Invitation", "Membership", "RoleGrant", "SecureQuarantine", "User"]
