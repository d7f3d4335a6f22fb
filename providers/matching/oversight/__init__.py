"""All requests for the office: list, figures, what is late, notes, verification."""
