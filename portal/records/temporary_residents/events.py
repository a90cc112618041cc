"""What can happen to temporary residents' forms. No event names a patient, nor a number that names one (R5).

Each is of the organisation that may read it: the sender never learns from one where the form went.
"""

from portal.foundation.audit import event_type

FORM_SENT = event_type("temporary_residents.sent", "{actor} sent form {subject}")
FORM_ARRIVED = event_type("temporary_residents.arrived", "Form {subject} came: {how}", fields=("how",))
FORM_DOWNLOADED = event_type("temporary_residents.downloaded", "{actor} downloaded form {subject}")
FORM_ARCHIVED = event_type("temporary_residents.archived", "{actor} archived form {subject}")
FORM_RETURNED = event_type("temporary_residents.returned", "{actor} returned form {subject}: {why}", fields=("why",))
FORM_WITHDRAWN = event_type("temporary_residents.withdrawn", "{actor} withdrew form {subject}")
FORM_TAKEN_BACK = event_type(
    "temporary_residents.taken_back", "Form {subject} went back to the operator: {why}", fields=("why",), public=False
)
FORM_OPENED = event_type(
    "temporary_residents.opened", "{actor} opened form {subject} to find its practice", public=False
)
FORM_POSTED = event_type(
    "temporary_residents.posted", "{actor} sent form {subject} on paper: {where}", fields=("where",), public=False
)
FORM_REFUSED = event_type("temporary_residents.refused", "The virus scanner refused the file of form {subject}")
FORMS_ANNOUNCED = event_type(
    "temporary_residents.announced", "{number} new forms were announced by e-mail", fields=("number",)
)
FORMS_REMINDED = event_type("temporary_residents.reminded", "An e-mail reminded of {number} forms", fields=("number",))
FORM_ERASED = event_type("temporary_residents.erased", "The content of form {subject} was deleted")
MAIL_CHOSEN = event_type(
    "temporary_residents.mail_chosen", "{actor} chose e-mails about new forms: {choice}", fields=("choice",)
)
BAG_LABELLED = event_type("temporary_residents.bag_labelled", "{actor} made a label for bag {subject}")
BAG_HANDED_OVER = event_type(
    "temporary_residents.bag_handed_over", "{actor} gave bag {subject} to the courier", fields=("forms",)
)
BAG_COLLECTED = event_type("temporary_residents.bag_collected", "{actor} collected bag {subject} for the courier")
BAG_LABEL_VOIDED = event_type("temporary_residents.bag_label_voided", "{actor} did not use the label of bag {subject}")
BAG_ARRIVED = event_type("temporary_residents.bag_arrived", "{actor} took bag {subject} in at the hub")
BAG_MISSING = event_type("temporary_residents.bag_missing", "{actor} marked bag {subject} as missing")
BAG_EMPTIED = event_type(
    "temporary_residents.bag_emptied", "{actor} took {forms} forms out of bag {subject}", fields=("forms",)
)
