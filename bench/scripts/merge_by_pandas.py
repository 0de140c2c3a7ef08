"""Returns checked and merged with pandas, as an office's script would: `merge_by_pandas.py FOLDER OUT [COUNT]`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd

OPEN_T, REQUESTS, CASES = "二、主动公开", "三、依申请公开", "四、复议诉讼"


def main(folder: Path, out: Path, count: int | None) -> None:
    """One row for each file, and the totals, in a new workbook."""
    wall, processor = time.perf_counter(), time.process_time()
    paths = sorted(folder.glob("*.xlsx"))[:count]
    rows = [read(path) for path in paths]
    faults = [row["file"] for row in rows if not balances(row)]
    detail = pd.DataFrame(rows).set_index("file")
    with pd.ExcelWriter(out) as writer:
        detail.sum().to_frame("total").to_excel(writer, sheet_name="total")
        detail.to_excel(writer, sheet_name="detail")
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(*faults, sep="\n")
    print(json.dumps({"files": len(paths), "found": len(faults), "wall": wall, "processor": processor}))


def read(path: Path) -> dict[str, object]:
    """The figures of one return by sheet and cell."""
    frames = pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    documents, requests, cases = (frames[name] for name in (OPEN_T, REQUESTS, CASES))
    row: dict[str, object] = {"file": path.name}
    for name, block in (
        ("documents", documents.iloc[4:6, 1:4]),
        ("decisions", documents.iloc[[8, 11, 12, 15], 1:2]),
        ("requests", requests.iloc[5:30, 3:9]),
        ("cases", cases.iloc[5:6, 0:15]),
    ):
        numbers = block.apply(pd.to_numeric, errors="coerce").fillna(0)
        row |= {
            f"{name}.{line}.{column}": value
            for line, cells in zip(numbers.index, numbers.to_numpy(), strict=True)
            for column, value in zip(numbers.columns, cells, strict=True)
        }
    return row


def balances(row: dict[str, object]) -> bool:
    """What came in was dealt with or is carried out."""
    for column in range(3, 9):
        numbers = [float(str(row[f"requests.{line}.{column}"])) for line in range(5, 30)]
        if numbers[0] + numbers[1] != sum(numbers[2:23]) + numbers[24]:
            return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
