"""Measures building token shards with Hugging Face tokenizers and mosaicml-streaming's MDSWriter.

    python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
    .venv/bin/python scripts/peers/mds_build.py --tokenizer TOKENIZER/tokenizer.json \\
        --output SHARDS TEXTS/*.jsonl.zst

A file is a language and its name CODE.jsonl.zst; a line is a document, its text under "text". Its ids
are cut into pieces of context − 2, each between <bos> and <eos>, and written with zstd at level 3: what
`mmbert data build` does before it shuffles. Each process takes the largest file left.

Prints one line of JSON; a megabyte is a million bytes of text. OUTPUT is removed first.
"""

import argparse
import functools
import io
import json
import multiprocessing
import os
import shutil
import time

from packages import require

COLUMNS = {"input_ids": "ndarray:uint32", "id": "str"}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("inputs", nargs="+", metavar="CODE.jsonl.zst", help="text, a document a line")
    add("--tokenizer", required=True, help="a tokenizer.json")
    add("--output", required=True, help="the folder that gets a folder per language")
    add("--context", type=int, default=1024, help="most ids of a sample (default: 1024)")
    add("--processes", type=int, default=2, help="processes (default: 2)")
    return parser.parse_args()


@functools.cache
def load_tokenizer(path):
    """A process's tokenizer."""
    from tokenizers import Tokenizer

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    return Tokenizer.from_file(path)


def documents(path):
    """The texts of a file."""
    import zstandard

    with open(path, "rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file)
        for line in io.TextIOWrapper(reader, encoding="utf-8"):
            yield json.loads(line)["text"]


def build(job):
    """Writes the shards of a language, and returns its bytes of text, ids and samples."""
    import numpy as np
    from streaming import MDSWriter

    path, options = job
    tokenizer = load_tokenizer(options.tokenizer)
    bos, eos = tokenizer.token_to_id("<bos>"), tokenizer.token_to_id("<eos>")
    language = os.path.basename(path).split(".")[0]
    room = options.context - 2
    text_bytes = tokens = samples = 0
    with MDSWriter(
        out=os.path.join(options.output, language), columns=COLUMNS, compression="zstd:3",
    ) as writer:
        for number, text in enumerate(documents(path)):
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            for start in range(0, len(ids), room):
                piece = np.array([bos, *ids[start:start + room], eos], np.uint32)
                writer.write({"input_ids": piece, "id": f"{language}-{number}-{start}"})
                samples += 1
            text_bytes += len(text.encode())
            tokens += len(ids)
    return text_bytes, tokens, samples


def main():
    options = parse()
    require("numpy", "streaming", "tokenizers", "zstandard")
    # Imported before processes are forked, so that the time leaves it out.
    import streaming  # noqa: F401

    shutil.rmtree(options.output, ignore_errors=True)
    largest_first = sorted(options.inputs, key=os.path.getsize, reverse=True)
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(options.processes) as pool:
        built = list(pool.imap_unordered(build, [(path, options) for path in largest_first]))
    seconds = time.perf_counter() - start
    text_bytes, tokens, samples = (sum(column) for column in zip(*built))
    print(json.dumps({
        "peer": "tokenizers+MDSWriter", "processes": options.processes,
        "mb": round(text_bytes / 1e6, 1), "tokens": tokens, "samples": samples,
        "mb_per_second": round(text_bytes / 1e6 / seconds, 2),
        "tokens_per_second": round(tokens / seconds)}))


if __name__ == "__main__":
    main()
