"""What each peer prints in the end: the figures of its own process, from the first record on."""

import json
import os
import resource
import sys
import time


class Report:
    """Counts records; says how it went, and ends the process, after so many.

    Args:
        events: How many to wait for.
    """

    def __init__(self, events: int) -> None:
        self._left = events
        self._events = events
        self._began = 0.0
        self._used = 0.0

    def counted(self, records: int = 1) -> None:
        """So many more."""
        if not self._began:
            # The first ones have come already; among so many they don't matter.
            self._began, self._used = time.perf_counter(), self._cpu()
        self._left -= records
        if self._left <= 0:
            self._finish()

    @staticmethod
    def _cpu() -> float:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime

    def _finish(self) -> None:
        took = time.perf_counter() - self._began
        done = self._events - self._left
        figures = {
            "per_second": done / took,
            "cpu_us": 1e6 * (self._cpu() - self._used) / done,
            "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        # Not `sys.stdout`: Faust replaces that by its log.
        print(json.dumps(figures), file=sys.__stdout__, flush=True)
        # Some of them can't be told to stop from inside of a handler.
        os._exit(0)
