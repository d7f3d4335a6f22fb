"""Consents and their words, and the enterprise's rights: receipts, a copy, erasure."""
