"""From the need to a request that is sent: the three steps, their draft, its files."""
