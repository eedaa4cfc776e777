"""Ports on the loopback address that are chosen now and listened on later, and again after a crash.

That a port is free says nothing about the moment at which a program begins to listen there. Who claims one that he
chose has it, in the eyes of every other process of ours that claims, for as long as he lives: two that choose at the
same time, or while what listened there is being started again, choose differently. A claim costs a file descriptor.
"""

import errno
import socket
from typing import Final

HOST: Final = "127.0.0.1"

_claims: dict[int, int] = {}
"""The file descriptor of each, which nobody closes before the process ends."""


def in_use(port: int, host: str = HOST) -> bool:
    """Whether we cannot listen there; a connection that is still fading away is no reason."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def claim(port: int) -> bool:
    """Claim a port; False when it was claimed before, here or by another process that lives.

    A claim is a name in the abstract namespace of Unix sockets, which Linux gives to one process at a time, in each
    network namespace anew, and takes back when the process ends, however it ends. Elsewhere every claim is granted.
    """
    if port in _claims:
        return False
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0happyflow-poort-{port}")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            mark.close()
            return False
    _claims[port] = mark.detach()
    return True
