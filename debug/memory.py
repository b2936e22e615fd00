"""Memory figures that were measured; what cannot be measured is None."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemoryStats:
    """A script's memory at one moment. None: not known, to be left out by whoever shows it."""

    used_bytes: int | None = None
    """The script heap in use."""
    allocated_bytes: int | None = None
    """What its VM holds from the system."""
    resident_bytes: int | None = None
    """The resident set of the whole process."""
    collections: int | None = None
    """Full garbage collections seen."""

    def to_dict(self) -> dict[str, int]:
        """The known figures by name."""
        figures = {
            "used_bytes": self.used_bytes,
            "allocated_bytes": self.allocated_bytes,
            "resident_bytes": self.resident_bytes,
            "collections": self.collections,
        }
        return {name: figure for name, figure in figures.items() if figure is not None}


def resident_bytes() -> int | None:
    """The resident set of this process now (not its peak), or None where the system does not tell."""
    if sys.platform == "darwin":
        return _resident_bytes_macos()
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, ValueError, IndexError):
        return None


def _resident_bytes_macos() -> int | None:
    """Asks `proc_pidinfo(PROC_PIDTASKINFO)`; the `resource` module only knows the peak."""
    import ctypes

    # struct proc_taskinfo: six 64-bit figures, the second is the resident size, then twelve 32-bit ones.
    class TaskInfo(ctypes.Structure):
        _fields_ = (("sizes_and_times", ctypes.c_uint64 * 6), ("counts", ctypes.c_int32 * 12))

    proc_pidtaskinfo = 4
    try:
        proc_pidinfo = ctypes.CDLL(None).proc_pidinfo
    except (OSError, AttributeError):
        return None
    proc_pidinfo.argtypes = (
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_uint64,
        ctypes.POINTER(TaskInfo),
        ctypes.c_int,
    )
    proc_pidinfo.restype = ctypes.c_int
    info = TaskInfo()
    size = ctypes.sizeof(info)
    if proc_pidinfo(os.getpid(), proc_pidtaskinfo, 0, ctypes.byref(info), size) != size:
        return None
    return int(info.sizes_and_times[1])
