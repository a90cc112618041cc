"""What can be allowed with stored files."""

from portal.foundation.access.permissions import permission

SCAN_FILES = permission("files.scan", "let files out of quarantine")
