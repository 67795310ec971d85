"""Starting quickly: what a process imports once stays, so the collector need not walk it meanwhile.

Nor afterwards: what was loaded is put aside for good, which also leaves those pages of memory
shared between a server and its children. It knows nothing of what is loaded.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Import within this block; a third of the start was the collector, looking for nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
