"""Why somebody looks at a patient's data: a closed list, chosen by the page and never typed (trust 5.2)."""

PURPOSES = {
    "find_record": "To find a paper record",
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
