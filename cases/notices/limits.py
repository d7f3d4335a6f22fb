"""How often one address may do what, in an hour."""

OBJECTIONS_AN_HOUR = 5
FINDS_AN_HOUR = 30
