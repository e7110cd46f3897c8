"""The `atp` command: dbt builds the warehouse, this package publishes it."""


class AtpError(Exception):
    """What went wrong, where, and what to do, in one sentence for the user."""
