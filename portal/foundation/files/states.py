"""The states of a stored file."""

from __future__ import annotations

from portal.foundation.files.permissions import SCAN_FILES
from portal.foundation.workflow import State, Workflow, steps

STORED_FILE = Workflow(
    "stored file",
    states=(
        State(code="quarantined", label="Being checked for viruses", holder="The virus scanner", colour="yellow"),
        State(code="clean", label="Checked", holder="Whoever may see what it belongs to", colour="green", final=True),
        State(code="refused", label="Refused by the virus scanner", holder="Nobody", colour="red", final=True),
    ),
    steps=(*steps("quarantined", "clean", SCAN_FILES), *steps("quarantined", "refused", SCAN_FILES)),
)
