"""What can be allowed in casework; the role table grants it."""

from portal.foundation.access import permission

VIEW_OWN_CASES = permission("casework.view_own_cases", "see what your organisation has reported")
REPORT = permission("casework.report", "report a problem")
VIEW_CASES = permission("casework.view_cases", "see what organisations have reported")
WORK_CASES = permission("casework.work_cases", "answer what organisations have reported")
