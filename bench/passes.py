"""Every pass by its name, and how one is run: `python -m bench.passes NAME FILES KIND COUNT`.

A pass runs once in a fresh process, so that it pays for its own caches and its memory is its own. It prints
seconds of wall and processor time, its peak memory and the sum over what it read, as JSON.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from bench.job import Job, Run

PASSES = {
    "read": "ours.read_values",
    "read:cells": "ours.read_cells",
    "read:reference": "ours.read_by_reference",
    "read:openpyxl": "peers_reading.openpyxl_twice",
    "read:openpyxl-values": "peers_reading.openpyxl_once",
    "read:pandas-openpyxl": "peers_reading.pandas_openpyxl",
    "read:pandas-calamine": "peers_reading.pandas_calamine",
    "read:calamine": "peers_reading.calamine",
    "read:inflate": "peers_reading.inflating",
    "examine": "ours.examined",
    "blank": "ours.blanks",
    "blank:xlsxwriter": "peers_writing.xlsxwriter_blanks",
    "blank:openpyxl": "peers_writing.openpyxl_blanks",
    "blank:floor": "peers_writing.blank_bytes",
    "prefilled": "ours.prefilled_blanks",
    "prefilled:xlsxwriter": "peers_writing.xlsxwriter_prefilled",
    "prefilled:floor": "peers_writing.prefilled_bytes",
    "detail": "ours.detail_rows",
    "detail:xlsxwriter": "peers_writing.xlsxwriter_detail",
    "detail:floor": "peers_writing.deflated_detail",
    "county": "ours.county",
    "county:pandas": "peers_writing.pandas_county",
}
HIGHEST = re.compile(r"VmHWM:\s*(\d+) kB")


def main(name: str, files: Path, kind: str, count: int) -> None:
    """The pass run and its measurements printed."""
    with tempfile.TemporaryDirectory(prefix="bench-out-") as out:
        run = prepared(name, Job(files, kind, count, Path(out)))
        gc.collect()
        processor, wall = _processor(), time.perf_counter()
        checksum = run()
        wall, processor = time.perf_counter() - wall, _processor() - processor
    print(json.dumps({"wall": wall, "processor": processor, "peak": peak(), "sum": checksum}))


def prepared(name: str, job: Job) -> Run:
    """The pass of that name, ready to run; only what it needs is imported."""
    module, _, function = PASSES[name].partition(".")
    run: Run = getattr(import_module(f"bench.{module}"), function)(job)
    return run


def _processor() -> float:
    """Seconds of this process and of those it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak() -> int:
    """Bytes of this program at its largest; `ru_maxrss` also counts the process that started it."""
    status = Path("/proc/self/status")
    found = HIGHEST.search(status.read_text()) if status.exists() else None
    return (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * 1024


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
