"""The centre proposes providers and offers its help; the enterprise takes or refuses it."""
