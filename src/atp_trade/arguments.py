"""The arguments of `atp` that other users of the machine must not see: removed before anything else is imported."""

import os
import sys

ADDRESS_VARIABLE = "ATP_MIRROR_ADDRESS"


def hide_addresses() -> None:
    """Start again with the database's address in the environment, if it was given as an argument.

    Every user of a machine can read the arguments of its processes; the environment, only their owner.
    """
    if sys.argv[1:2] != ["mirror"]:
        return
    addresses = [argument for argument in sys.argv[2:] if "://" in argument]
    if addresses:
        others = [argument for argument in sys.orig_argv[1:] if argument not in addresses]
        environment = {**os.environ, ADDRESS_VARIABLE: " ".join(addresses)}
        os.execve(sys.executable, [sys.executable, *others], environment)
