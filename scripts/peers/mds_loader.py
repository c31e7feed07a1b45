"""Measures reading shards with mosaicml-streaming, then packing and masking in NumPy, in one process.

    python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
    .venv/bin/python scripts/peers/mds_loader.py SHARDS/train/*

Every folder is a stream, drawn in proportion to its size: what `mmbert bench loader` does. The
folders should be copies, since decompressed shards are left beside the compressed ones.

Prints one line of JSON. The first microbatch has a time of its own; the rate is that of the others,
400 of them unless the folders hold fewer.
"""

import argparse
import itertools
import json
import sys
import time

from packages import require

MASK, IGNORED = 4, -100


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("folders", nargs="+", metavar="FOLDER", help="a folder of MDS shards with input_ids")
    add("--context", type=int, default=1024, help="most tokens of a sample (default: 1024)")
    add("--microbatch", type=int, default=16384, help="tokens of a microbatch (default: 16384)")
    add("--batches", type=int, default=400, help="most microbatches (default: 400)")
    add("--mask", type=float, default=0.3, help="share of tokens masked (default: 0.3)")
    add("--vocabulary", type=int, default=12000,
        help="ids that replace a masked token come from below it (default: 12000)")
    return parser.parse_args()


def samples(options):
    """The ids of every sample, cut to the context."""
    import numpy as np
    import streaming

    streaming.base.util.clean_stale_shared_memory()
    streams = [streaming.Stream(local=folder) for folder in options.folders]
    for sample in streaming.StreamingDataset(
        streams=streams, shuffle=True, shuffle_seed=1, batch_size=16, num_canonical_nodes=1,
    ):
        yield np.asarray(sample["input_ids"][:options.context], np.int64)


def packed(samples, room):
    """Rows of whole samples and where each begins: the first that fit, of twice the room."""
    import numpy as np

    waiting, size = [], 0
    for sample in samples:
        waiting.append(sample)
        size += len(sample)
        if size < 2 * room:
            continue
        row, starts, rest = [], [0], []
        for candidate in waiting:
            if starts[-1] + len(candidate) <= room:
                row.append(candidate)
                starts.append(starts[-1] + len(candidate))
            else:
                rest.append(candidate)
        waiting, size = rest, size - starts[-1]
        yield np.concatenate(row), starts


def masked(ids, options, generator):
    """Ids and labels: of the masked, 80 % become <mask>, 10 % any token, 10 % stay."""
    import numpy as np

    draws = generator.random(len(ids))
    labels = np.where(draws < options.mask, ids, IGNORED)
    ids[draws < 0.8 * options.mask] = MASK
    random = (draws >= 0.8 * options.mask) & (draws < 0.9 * options.mask)
    ids[random] = generator.integers(0, options.vocabulary, int(random.sum()))
    return ids, labels


def microbatches(options):
    """Ids, labels and starts of samples, one microbatch after another."""
    import numpy as np

    generator = np.random.default_rng(1)
    for ids, starts in packed(samples(options), options.microbatch):
        yield *masked(ids, options, generator), starts


def main():
    options = parse()
    require("numpy", "streaming")
    import streaming  # noqa: F401

    begin = time.perf_counter()
    source = microbatches(options)
    next(source, None)
    start = time.perf_counter()
    tokens = count = 0
    for ids, _, _ in itertools.islice(source, options.batches):
        tokens += len(ids)
        count += 1
    seconds = time.perf_counter() - start
    if not count:
        print(
            f"{len(options.folders)} folders hold fewer than two microbatches of "
            f"{options.microbatch} tokens; give more folders or a smaller --microbatch.",
            file=sys.stderr)
        sys.exit(2)
    print(json.dumps({
        "peer": "mosaicml-streaming", "streams": len(options.folders),
        "seconds_to_first_batch": round(start - begin, 2), "batches": count,
        "packing": round(tokens / (count * options.microbatch), 4),
        "tokens_per_second": round(tokens / seconds)}))


if __name__ == "__main__":
    main()
