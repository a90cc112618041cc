"""What can be allowed around registration events."""

from portal.foundation.access import permission

JOIN_PATIENTS = permission("registrations.join_patients", "say that two patients are one, and decide it")
IMPORT_REGISTRATIONS = permission("registrations.import", "import registration events")
SETTLE_EVENTS = permission("registrations.settle", "settle registration events that wait for a person")
VIEW_IMPORTS = permission("registrations.view_imports", "see imports of registration events")
