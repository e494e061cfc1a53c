"""How the C library gives memory to the threads of a server."""

import ctypes
import os
import platform
from contextlib import suppress

ARENAS = 2
_ARENA_MAX = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""


def use_few_arenas() -> bool:
    """Lets all threads of this process share two of glibc's arenas; says whether that was done.

    glibc gives threads up to eight arenas a core, each of which keeps the most that it ever held: a server whose dozens
    of threads take turns at the same work holds that work's memory many times over, and more every minute. Where
    `MALLOC_ARENA_MAX` is set, or the C library is another one, all stays as it is. To be called before there are
    threads.
    Source: https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html
    """
    if platform.libc_ver()[0] != "glibc" or "MALLOC_ARENA_MAX" in os.environ:
        return False
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, ARENAS))
    return False
