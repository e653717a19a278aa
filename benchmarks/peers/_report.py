"""What each peer prints in the end: the figures of its own process, after the warm-up."""

import json
import os
import resource
import sys
import time


class Report:
    """Counts records; says how it went, and ends the process, after so many.

    Args:
        events: How many to measure.
        warm_up: How many come before, which aren't measured.
    """

    def __init__(self, events: int, warm_up: int) -> None:
        self._left = events
        self._events = events
        self._warm_up = warm_up
        self._began = 0.0
        self._used = 0.0

    def counted(self, records: int = 1) -> None:
        """So many more."""
        if not self._began:
            self._warm_up -= records
            if self._warm_up <= 0:
                # What came together with the last of these was counted before the clock began.
                self._left += self._warm_up
                self._events = self._left
                self._began, self._used = time.perf_counter(), self._cpu()
            return
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
