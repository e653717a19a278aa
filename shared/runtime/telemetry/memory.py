"""How much memory the process may use, as its control group says."""

from pathlib import Path

GROUP = Path("/sys/fs/cgroup")
"""Where Linux shows the control group of a container to the processes in it."""

_FILES = ("memory.max", "memory/memory.limit_in_bytes")  # of the second version, of the first
_NOBODYS = 1 << 60  # the first version says "no limit" with a number that no machine has


def memory_limit(group: Path = GROUP) -> float:
    """Bytes above which the process is ended; infinite where there is no limit, or none is told."""
    for name in _FILES:
        try:
            text = (group / name).read_text().strip()
        except OSError:
            continue
        if text.isdecimal() and int(text) < _NOBODYS:
            return float(text)
    return float("inf")
