"""Why Tenure cannot run, in words for the person who started it."""


class CannotStart(Exception):
    """One sentence: what is wrong, and the way out. The command line prints it and exits with 3."""
