"""The reward estimate: the plan's rule, what is asked of it, its sentences, and the public page."""
