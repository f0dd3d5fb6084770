"""The version of Stacks stands here and nowhere else; docs/releasing.md says what follows from it."""

__version__ = "1.0.0"
