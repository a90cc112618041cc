"""What can be allowed around paper records; the role table grants it."""

from portal.foundation.access import permission

VIEW_RECORDS = permission("records.view", "see where the records of your site's patients are")
MOVE_RECORDS = permission("records.move", "prepare, confirm and request movements of records")
WATCH_LOOKS = permission("records.watch_looks", "see who looked at your site's patients")

SCAN_RECORDS = permission("records.scan", "scan the bags of records")
VIEW_ALL_RECORDS = permission("records.view_all", "see where every record is")
WORK_RECORDS = permission("records.work", "correct, cancel and search for records")
START_MOVEMENTS = permission("records.start_movements", "start the movements that registrations call for")
