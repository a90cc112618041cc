"""Paper records: where each part of every patient's record is, and each of its journeys (J8-J11, J26-J28)."""
