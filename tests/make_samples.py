"""The sample round's ready-made returns, saved anew by LibreOffice into samples/demo/shipped (`make samples`)."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from libreoffice import convert
from nianbao.demo.sample import FIRST, SampleRound
from nianbao.demo.story import make_round

SHIPPED = Path(__file__).parent.parent / "samples" / "demo" / "shipped"


def main() -> None:
    """Every sending marked `shipped`, filled and saved by LibreOffice in the format that its name says."""
    sample = SampleRound()
    with tempfile.TemporaryDirectory() as folder:
        here = make_round(Path(folder) / "round", sample)
        SHIPPED.mkdir(exist_ok=True)
        for sending in sample.sendings(FIRST):
            if sending.made != "shipped":
                continue
            filled = Path(folder) / "in" / f"{Path(sending.file).stem}.xlsx"
            filled.parent.mkdir(exist_ok=True)
            filled.write_bytes(sample.filled(here, replace(sending, made="fill")))
            saved = convert(filled, Path(sending.file).suffix[1:], Path(folder) / "out")
            shutil.copy(saved, SHIPPED / sending.file)


if __name__ == "__main__":
    main()
