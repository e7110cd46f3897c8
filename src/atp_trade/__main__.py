"""Where `atp` begins: what is given to it as a password is out of sight before anything else is imported."""

import os
import sys

ADDRESS_VARIABLE = "ATP_MIRROR_ADDRESS"
# What shells make of Ctrl-C.
INTERRUPTED = 130


def main() -> None:
    """Entry point of `atp`."""
    try:
        hide_addresses()
        from atp_trade import cli

        cli.main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def hide_addresses() -> None:
    """Begin anew with the database's address in the environment, if it was given as an argument.

    Every user of a machine can read the arguments of its processes; the environment, only their owner.
    """
    if sys.argv[1:2] != ["mirror"]:
        return
    addresses = [argument for argument in sys.argv[2:] if "://" in argument]
    if addresses:
        others = [argument for argument in sys.orig_argv[1:] if argument not in addresses]
        environment = {**os.environ, ADDRESS_VARIABLE: " ".join(addresses)}
        os.execve(sys.executable, [sys.executable, *others], environment)


if __name__ == "__main__":
    main()
