"""How often one address may do what, in an hour."""

DRAFTS_AN_HOUR = 20
UPLOADS_AN_HOUR = 60
SUBMISSIONS_AN_HOUR = 10
# Codes looked up among providers and applications before the last step.
CODES_AN_HOUR = 20
