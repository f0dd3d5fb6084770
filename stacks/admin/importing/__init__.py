"""An import in the admin: the text, the plan with what is decided about it, and what became of it."""
