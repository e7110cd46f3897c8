"""The `atp` command: dbt builds the warehouse, this package publishes it."""

# The exit code of what Ctrl-C stopped, as shells make it.
INTERRUPTED = 130


class AtpError(Exception):
    """What went wrong, where, and what to do, in one sentence for the user."""
