"""The code tables: billable leaves of ICD-10-CM, written to a file at set-up, loaded into a table.

The library that carries them needs 190 MB and a second and a half, so nothing imports it at run
time: `build` writes a file once, `load` copies it into a database that has none.
"""

import csv
import importlib
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from casework.config import Settings
from casework.errors import NotReady

FILE_NAME = "icd10cm.csv"


def build(path: Path) -> int:
    """Write the leaves (code with dot, description) to this file; returns how many."""
    icd = importlib.import_module("simple_icd_10_cm")
    # A category that is the only one of its block (B20) stands twice in the tree.
    leaves = {
        code: icd.get_description(code)
        for code in icd.get_all_codes(with_dots=True)
        if icd.is_leaf(code) and icd.is_category_or_subcategory(code)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows(leaves.items())
    beside.rename(path)
    return len(leaves)


def load(settings: Settings) -> int:
    """Copy the file into the table of a database that has none; returns how many rows went in.

    Raises NotReady when the file is missing: `casework codes build` makes it.
    """
    url = make_url(settings.database_owner_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        if connection.execute("select 1 from diagnosis_code limit 1").fetchone():
            return 0
        path = file_here(settings)
        with (
            path.open(newline="", encoding="utf-8") as handle,
            connection.cursor() as cursor,
            cursor.copy("copy diagnosis_code (code, label) from stdin") as copy,
        ):
            rows = 0
            for code, label in csv.reader(handle):
                copy.write_row((code, label[:300]))
                rows += 1
    return rows


def file_here(settings: Settings) -> Path:
    """The file that `build` wrote: in the data folder, or beside the code where set-up put it."""
    beside_code = Path(__file__).parent.parent / "var" / "codes" / FILE_NAME
    for path in (settings.data_dir / "codes" / FILE_NAME, beside_code):
        if path.exists():
            return path
    raise NotReady("The table of diagnosis codes was not built yet: run `casework codes build`.")
