"""What can be allowed in the directory."""

from portal.foundation.access import permission

VIEW_DIRECTORY = permission("organisations.view_directory", "look up organisations in the directory")
IMPORT_DIRECTORY = permission("organisations.import_directory", "import releases of the directory")
