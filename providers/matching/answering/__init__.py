"""What a provider does with a request: its inbox, interest, quote, questions, pauses."""
