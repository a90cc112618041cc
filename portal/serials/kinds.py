"""What can have happened to forms that are missing (J7)."""

KINDS = {
    "not_delivered": "Not in the delivery",
    "stolen": "Stolen",
    "lost": "Lost",
    "tampered": "The box or pad was opened",
}
