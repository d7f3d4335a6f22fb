"""The messages of a request: what is told to whom, and what the clock reminds of."""
