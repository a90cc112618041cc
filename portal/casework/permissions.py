"""What can be allowed in casework; the role table grants it."""

from portal.foundation.access import permission

VIEW_OWN_CASES = permission("casework.view_own_cases", "see what your organisation has asked and reported")
REPORT = permission("casework.report", "report a problem or write to us")
VIEW_CASES = permission("casework.view_cases", "see what organisations have asked and reported")
WORK_CASES = permission("casework.work_cases", "answer what organisations have asked and reported")
ASK = permission("casework.ask", "send an enquiry")
REQUEST_CHANGE = permission("casework.request_change", "ask for a change such as another Main Contact")
CHANGE_ORGANISATION = permission("casework.change_organisation", "ask to close, move or merge your organisation")
DECIDE_CHANGE = permission("casework.decide_change", "decide changes as the commissioner")
VERIFY_CHANGE = permission("casework.verify_change", "verify who asks for a change")
APPROVE_CHANGE = permission("casework.approve_change", "approve changes to organisations")
FREEZE_CHANGE = permission("casework.freeze_change", "stop a change for a check")
APPLY_CHANGE = permission("casework.apply_change", "carry out approved changes")
