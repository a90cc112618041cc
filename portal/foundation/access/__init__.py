"""Who may do what. The names other apps use are here."""

from portal.foundation.access.actor import PUBLIC, Actor, system_actor
from portal.foundation.access.permissions import OWN_ACCOUNT, Permission, permission
from portal.foundation.access.services import nothing_changed, service

__all__ = ["OWN_ACCOUNT", "PUBLIC", "Actor", "Permission", "nothing_changed", "permission", "service", "system_actor"]
