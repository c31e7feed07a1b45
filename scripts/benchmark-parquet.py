#!/usr/bin/env python3
"""Builds shards from Parquet, and from JSON lines of pyarrow through a pipe, in turns.

    python3 -m venv .venv && .venv/bin/python -m pip install pyarrow zstandard
    .venv/bin/python scripts/benchmark-parquet.py PROGRAM CORPUS TOKENIZER SCRATCH [--rounds 5]

PROGRAM is mmbert, CORPUS a folder of CODE.jsonl.zst, all of which becomes one table with columns
as FineWeb2 has them, TOKENIZER a folder of `mmbert tokenizer train`, SCRATCH a folder for what is
made. Prints the medians of processor and wall-clock seconds, of whole builds and of reading alone:
a build of one language out of a mixture that has no document in it."""
import argparse
import io
import json
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time

import pyarrow
import pyarrow.parquet
import zstandard

LINES = pathlib.Path(__file__).parent / "peers/parquet_lines.py"


def make(path, corpus, codec):
    """One table of all documents, in the order of a shuffle."""
    texts = []
    for file in sorted(corpus.glob("*.jsonl.zst")):
        stream = zstandard.ZstdDecompressor().stream_reader(open(file, "rb"))
        texts += [json.loads(line)["text"] for line in io.TextIOWrapper(stream, "utf-8")]
    random.Random(1).shuffle(texts)
    count = range(len(texts))
    table = pyarrow.table({
        "text": texts, "id": [f"<urn:{n}>" for n in count], "dump": ["made"] * len(texts),
        "url": [f"https://example.org/{n}" for n in count], "language": ["deu"] * len(texts),
        "language_score": [0.99] * len(texts), "language_script": ["Latn"] * len(texts),
        "top_langs": [{"deu_Latn": 0.99}] * len(texts)})
    pyarrow.parquet.write_table(table, path, compression=codec, row_group_size=20_000)


def timed(command, codes=(0,)):
    """Processor and wall-clock seconds of a shell's command and all that it starts."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in codes:
        sys.exit(f"{command}\n{done.stderr}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("program", "corpus", "tokenizer", "scratch"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--codec", default="zstd")
    options = parser.parse_args()
    options.scratch.mkdir(parents=True, exist_ok=True)
    table, output = options.scratch / f"{options.codec}.parquet", options.scratch / "shards"
    if not table.exists():
        make(table, options.corpus, options.codec)
    build = f"'{options.program}' data build --tokenizer '{options.tokenizer}' --output '{output}'"
    # A build that finds nothing ends with exit code 2 after it has read everything.
    none = "--language-field language --languages none"
    ways = {}
    for what, choice, columns, codes in [
        ("whole build", "--language deu_Latn", "text", (0,)),
        ("reading", none, "text language", (2,)),
    ]:
        ways[what, "Parquet"] = f"{build} {choice} --input '{table}'", codes
        lines = f"'{sys.executable}' '{LINES}' '{table}' {columns}"
        ways[what, "pyarrow, pipe"] = f"{lines} | {build} {choice} --input -", codes
    times = {way: [] for way in ways}
    for _ in range(options.rounds):
        for way, (command, codes) in ways.items():
            for path in (output, f"{output}.partial"):
                shutil.rmtree(path, ignore_errors=True)
            times[way].append(timed(command, codes))
    medians = {way: [statistics.median(t) for t in zip(*taken)] for way, taken in times.items()}
    size = os.path.getsize(table) / 1e6
    print(f"{size:.1f} MB of {options.codec}; seconds: processor, wall clock")
    for what in dict.fromkeys(what for what, _ in ways):
        ours, theirs = medians[what, "Parquet"], medians[what, "pyarrow, pipe"]
        ratios = " ".join(f"{a / b:.2f}" for a, b in zip(theirs, ours))
        for name, seconds in (("Parquet", ours), ("pyarrow, pipe", theirs)):
            print(f"{what:12} {name:14}" + " ".join(f"{second:7.2f}" for second in seconds))
        print(f"{what:12} {'ratio':14}{ratios}")


if __name__ == "__main__":
    main()
