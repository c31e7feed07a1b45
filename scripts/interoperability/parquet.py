#!/usr/bin/env python3
"""Compares what mmbert reads of Parquet with what pyarrow wrote, in all combinations.

    pip install pyarrow
    python scripts/interoperability/parquet.py --mmbert .build/release/mmbert --tokenizer TOKENIZER

Writes a file for every page version × encoding × codec × type × nulls × neighbours × row groups,
each as a language of its own, and the same documents as JSON lines, both with random text. `mmbert
data build` must make the same shards of both, to the byte. Prints one JSON object; exit code 1 if
any language differs."""
import argparse
import hashlib
import importlib.util
import itertools
import json
import pathlib
import random
import string
import subprocess
import sys
import tempfile

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/Parquet/make_parquet.py"


def fixtures():
    """The module that writes the committed files."""
    spec = importlib.util.spec_from_file_location("make_parquet", FIXTURES)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


def codes():
    for letters in itertools.product(string.ascii_lowercase, repeat=3):
        yield "".join(letters) + "_Zyyy"


def digest(folder):
    """A hash of the names and bytes of a language's shards."""
    result = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            result.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return result.hexdigest()


def write(folder, made, count, seed):
    """Writes both forms of every combination; returns the combinations by code."""
    combinations = itertools.product(
        made.VERSIONS, made.ENCODINGS, made.CODECS, made.TYPES, made.NULLS, made.NEIGHBOURS,
        made.GROUPS)
    texts = made.documents(4 * count, seed)
    chance = random.Random(seed)
    written = {}
    for code, combination in zip(codes(), combinations):
        version, encoding, codec, kind, nulls, neighbour, groups = combination
        rows = chance.choices(texts, k=chance.randint(count // 2, count))
        if nulls == "nulls":
            rows = [None if chance.random() < 0.3 else row for row in rows]
        made.write(
            folder / f"parquet/{code}.parquet", rows, version, encoding, codec, kind, nulls,
            neighbour, groups, checksum=chance.random() < 0.5,
            data_page_size=chance.choice([200, 5000, 1 << 20]),
            write_batch_size=chance.choice([1, 10, 1024]),
            dictionary_pagesize_limit=chance.choice([1000, 1 << 20]))
        with open(folder / f"lines/{code}.jsonl", "w") as file:
            for row in rows:
                file.write(json.dumps({"text": row}) + "\n")
        written[code] = "-".join(combination)
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--mmbert", default=".build/release/mmbert")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--count", type=int, default=400, help="rows of a file, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmbert-parquet-") as folder:
        folder = pathlib.Path(folder)
        for name in ("parquet", "lines"):
            (folder / name).mkdir()
        written = write(folder, fixtures(), options.count, options.seed)
        reports = {}
        for name in ("parquet", "lines"):
            done = subprocess.run(
                [options.mmbert, "data", "build", "--input", folder / name, "--tokenizer",
                 options.tokenizer, "--context", "256", "--output", folder / f"{name}-shards",
                 "--json"], stdout=subprocess.PIPE)
            if done.returncode != 0:
                sys.exit(done.returncode)
            reports[name] = json.loads(done.stdout)["reading"]
        different = [
            combination for code, combination in written.items()
            if digest(folder / f"parquet-shards/train/{code}")
            != digest(folder / f"lines-shards/train/{code}")
            or digest(folder / f"parquet-shards/held-out/{code}")
            != digest(folder / f"lines-shards/held-out/{code}")]
        same_counts = reports["parquet"]["documents"] == reports["lines"]["documents"]
        print(json.dumps({
            "files": len(written), "documents": reports["parquet"]["documents"],
            "bytes": reports["parquet"]["bytes"],
            "nulls": reports["parquet"]["troubles"].get("no_text", {}).get("count", 0),
            "same_counts": same_counts, "different": different}))
        sys.exit(0 if same_counts and not different else 1)


if __name__ == "__main__":
    main()
