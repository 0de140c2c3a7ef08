"""Where a pass's time goes: `python -m bench.profiling NAME FILES KIND COUNT [LINES]`."""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import sys
import tempfile
from pathlib import Path

from bench.job import Job
from bench.passes import prepared

FOLDERS = re.compile(r"\S*/(?:src|site-packages|python3\.\d+)/")


def main(name: str, files: Path, kind: str, count: int, lines: int) -> None:
    """The functions that take most of it themselves."""
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory(prefix="bench-out-") as out:
        run = prepared(name, Job(files, kind, count, Path(out)))
        profile.runcall(run)
    stream = io.StringIO()
    pstats.Stats(profile, stream=stream).sort_stats("tottime").print_stats(lines)
    wanted = [line for line in stream.getvalue().splitlines() if line.strip()]
    print(FOLDERS.sub("", "\n".join(wanted)))


if __name__ == "__main__":
    main(
        sys.argv[1],
        Path(sys.argv[2]),
        sys.argv[3],
        int(sys.argv[4]),
        int(sys.argv[5]) if len(sys.argv) > 5 else 15,
    )
