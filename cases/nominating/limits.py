"""How often one address may do what costs the site something, an hour."""

DRAFTS_AN_HOUR = 10
UPLOADS_AN_HOUR = 60
SENDINGS_AN_HOUR = 10
CODES_AN_HOUR = 30
