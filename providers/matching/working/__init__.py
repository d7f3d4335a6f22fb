"""From the contract to the accepted work: criteria, steps, hand-over, documents, disputes."""
