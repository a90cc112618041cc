"""Registration events: what the registers of patients send, read from CSV, JSON and NHAIS EDIFACT (J28)."""
