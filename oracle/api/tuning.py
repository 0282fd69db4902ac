"""How the process that serves is set up: what Python and the C library do by default suits short programs."""

import ctypes
import gc
import sys
from contextlib import suppress

# Numbers of glibc's mallopt.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def tune() -> None:
    """For a process with a large memory that stays, answers of a hundred kilobytes, and threads that read beside."""
    # A thread that reads gives way to the one that answers after a millisecond, not after five.
    sys.setswitchinterval(0.001)
    gc.set_threshold(10_000, 20, 20)
    # Each answer's bytes would be given back to the system and fetched again page by page, which takes longer than
    # writing them. Where there is no glibc it is as it is.
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, 4 * 2**20)
        library.mallopt(_TRIM_THRESHOLD, 64 * 2**20)
