"""The enterprise compares the answers, asks further providers, chooses, or ends the request."""
