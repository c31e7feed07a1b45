"""Prints columns of a Parquet file as JSON lines, as who pipes them into another program does.

    python parquet_lines.py FILE.parquet COLUMN …
"""
import json
import sys

import pyarrow.parquet

path, *columns = sys.argv[1:]
for batch in pyarrow.parquet.ParquetFile(path).iter_batches(columns=columns):
    for row in batch.to_pylist():
        sys.stdout.write(json.dumps(row) + "\n")
