"""Link and access code: who opens a request, and the way back when they are lost."""
