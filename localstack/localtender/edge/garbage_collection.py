"""Python's garbage collector, tuned for a process that loads much once and then serves requests.

A full collection looks at every container object: with the models of AWS's services and the
engine's modules loaded that takes about 100 ms, in which no request is served, and under load the
defaults ask for one every second or two. What is loaded at the start never becomes garbage, and
what a request leaves behind is nearly always freed without the collector.
"""

from __future__ import annotations

import gc

# Python 3.11's defaults are 700, 10, 10: the first is the surplus of container objects made over
# those freed after which the youngest are looked at, the others count collections.
_THRESHOLDS = (10_000, 20, 20)


def keep_pauses_short() -> None:
    """Exempt what has been loaded so far from collections, and ask for fewer of them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
