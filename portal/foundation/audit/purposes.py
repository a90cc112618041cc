"""Why somebody looks at a patient's data: a closed list (trust 5.2).

A page says it (``shows_patients``), or a person chooses it from some of these; nobody types it.
"""

PURPOSES = {
    "find_record": "To find a paper record",
    "care": "The patient's care",
    "new_patient": "A patient who has registered",
    "left": "A patient who has left",
    "access_request": "Somebody asks to see their record",
    "arrived": "A record that came unexpectedly",
    "move_record": "To send, receive or follow a paper record",
    "keep_record": "To store, sort or search for a paper record",
    "make_labels": "To print labels for a paper record",
    "settle_registration": "To settle a registration that the rules could not",
    "answer_enquiry": "To answer somebody who asked for help",
    "check_looks": "To check who looked at patients",
    "check_service": "To check how the service did",
    "close_practice": "To plan where the records of a closing practice go",
    "handle_form": "To send or receive a temporary resident's form",
    "investigate": "To look into a mistake or a complaint",
}
