"""The `atp` command: dbt builds the warehouse, this package publishes it."""

# The exit code after Ctrl-C, as shells have it.
INTERRUPTED = 130


class AtpError(Exception):
    """What went wrong, where, and what to do, in one sentence for the user."""
