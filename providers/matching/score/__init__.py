"""The explained score, the offers that it ranks, its rule in words, objections to it."""
