"""Whom the centre calls, and the request that an officer fills in on the phone."""
