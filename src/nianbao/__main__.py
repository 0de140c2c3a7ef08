"""The program's start: an interruption while it is still being loaded is as quiet as any other."""

from __future__ import annotations

import gc
import sys

from nianbao import INTERRUPTED


def main() -> int:
    """The exit status of the program run with the process's arguments."""
    try:
        from nianbao.cli import main as run  # noqa: PLC0415 -- loading is most of a start
    except KeyboardInterrupt:
        return INTERRUPTED
    status = run()
    gc.freeze()  # else Python goes once more through all that a round left, to free it a moment before the process ends
    return status


if __name__ == "__main__":
    sys.exit(main())
