"""Where `atp` starts: a password given to it is hidden before anything else is imported."""

import sys

from atp_trade import INTERRUPTED
from atp_trade.arguments import hide_addresses


def main() -> None:
    """Entry point of `atp`."""
    try:
        hide_addresses()
        from atp_trade import cli

        cli.main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
