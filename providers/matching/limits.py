"""How often one address may do what, in an hour."""

SUBMISSIONS_AN_HOUR = 10
DRAFTS_AN_HOUR = 40
FINDS_AN_HOUR = 30
