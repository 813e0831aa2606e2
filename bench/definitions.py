#!/usr/bin/env python3
"""Packs the definitions of the sample data into the zip that wes-ng reads.

wes-ng expects three members: `Version_<least version>.txt`, `CVEs_<day>.csv` and `Custom_<day>.csv`.
The sample data (`ms-kb/`) holds the two tables unpacked; only their wrapping is made here, no row is
changed. The version note asks for the oldest release that reads this layout.

    definitions.py DATA_FOLDER OUT.zip
"""

import gzip
import pathlib
import sys
import zipfile


def pack(data, out):
    """Writes `out` from `data`/ms-kb and returns the number of bytes of the main table."""
    tables = pathlib.Path(data) / "ms-kb"
    main = sorted(tables.glob("CVEs_*.csv.gz"))[-1]
    custom = sorted(tables.glob("Custom_*.csv"))[-1]
    # "CVEs_20260628_dev.csv.gz": the reader takes the day from between the first two underscores.
    day = main.name.split("_")[1].split(".")[0]
    rows = gzip.decompress(main.read_bytes())
    out = pathlib.Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Version_1.00.txt", "")
        archive.writestr(f"CVEs_{day}.csv", rows)
        archive.writestr(custom.name, custom.read_bytes())
    return len(rows)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(f"{sys.argv[2]}: {pack(sys.argv[1], sys.argv[2]):,} bytes of definitions")
