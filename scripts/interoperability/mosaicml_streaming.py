"""Whether mosaicml-streaming and mmbert read each other's shards, hashes included.

    python mosaicml_streaming.py --mmbert PROGRAM [--golden FOLDER] [--shards BUILD] [--megabytes 50]

1. Shards that mosaicml-streaming wrote earlier: every folder with an index below --golden.
2. A set that it writes now: three forms of ndarray of each integer type among other columns, with and
   without compression, with every hash that it knows.
3. Shards of `mmbert data build`, --shards, read by it with its check of hashes.

Each time all ids are compared, and `mmbert data verify` must find nothing wrong. Prints one JSON line.
Without mosaicml-streaming it says so and exits with 0.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import streaming
    from streaming import MDSWriter, Stream, StreamingDataset
    from streaming.base.hashing import get_hashes
except ImportError as missing:
    print(f"skipped: {missing}", file=sys.stderr)
    sys.exit(0)

parser = argparse.ArgumentParser()
parser.add_argument("--mmbert", required=True)
parser.add_argument("--golden")
parser.add_argument("--shards")
parser.add_argument("--megabytes", type=float, default=50)
arguments = parser.parse_args()

scratch = tempfile.mkdtemp()
result = {"streaming": streaming.__version__}


def columns(folder):
    with open(os.path.join(folder, "index.json")) as file:
        return json.load(file)["shards"][0]["column_names"]


def by_streaming(folders, validate_hash=None):
    # Copies: it decompresses shards beside the originals.
    copies = os.path.join(scratch, "copies")
    shutil.rmtree(copies, ignore_errors=True)
    streams = []
    for number, folder in enumerate(folders):
        copy = os.path.join(copies, str(number))
        shutil.copytree(folder, copy)
        streams.append(Stream(local=copy, validate_hash=validate_hash))
    streaming.base.util.clean_stale_shared_memory()
    data = StreamingDataset(streams=streams, shuffle=False, batch_size=1)
    return [np.asarray(data[number]["input_ids"]).reshape(-1).tolist() for number in range(len(data))]


def by_mmbert(folder):
    verified = subprocess.run(
        [arguments.mmbert, "data", "verify", folder, "--json"], stdout=subprocess.PIPE, check=True)
    report = json.loads(verified.stdout)
    assert not report["problems"], report["problems"]
    shown = subprocess.run(
        [arguments.mmbert, "data", "inspect", folder, "--ids", "--samples", str(10**9), "--json"],
        stdout=subprocess.PIPE, check=True)
    return [sample["ids"] for sample in json.loads(shown.stdout)["shown"]], report["counts"]


def compare(folders, validate_hash=None):
    """Compares all ids of the folders, and returns what mmbert counted in each."""
    theirs = by_streaming(folders, validate_hash)
    place, counted = 0, []
    for folder in folders:
        ours, counts = by_mmbert(folder)
        assert theirs[place:place + len(ours)] == ours, folder
        place += len(ours)
        counted.append(counts)
    assert place == len(theirs), (place, len(theirs))
    return counted


if arguments.golden:
    # One has a column of text only; a test of ours reads that.
    folders = sorted(
        folder for folder, _, files in os.walk(arguments.golden)
        if "index.json" in files and "input_ids" in columns(folder))
    for folder in folders:
        compare([folder])
    result["golden_folders"] = len(folders)

kinds = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]
# Numbers and shape in each value, shape in each value, and neither.
forms = [(form, kind) for kind in kinds for form in ["ndarray", f"ndarray:{kind}", f"ndarray:{kind}:16,24"]]
compressions = [None, "zstd", "zstd:3", "zstd:19"]
hash_names = sorted(get_hashes())
others = {"id": "str", "len": "int", "meta": "json", "raw": "bytes", "score": "float32",
          "vector": "ndarray:float32:3"}
random = np.random.default_rng(3)
written = samples = hashes = 0
for number, (encoding, kind) in enumerate(forms):
    folder = os.path.join(scratch, f"written{number}")
    goal = arguments.megabytes * 1e6 / len(forms)
    size = 0
    with MDSWriter(
        out=folder, columns=others | {"input_ids": encoding},
        compression=compressions[number % len(compressions)], size_limit=1 << 20,
        hashes=sorted({"sha1", "xxh64", hash_names[number % len(hash_names)]}),
    ) as writer:
        while size < goal:
            shape = (16, 24) if encoding.endswith("24") else int(random.integers(1, 2000))
            if encoding == "ndarray" and random.random() < 0.1:
                shape = (2, 3, int(random.integers(1, 99)))
            ids = random.integers(0, min(np.iinfo(kind).max, 255_999), shape, endpoint=True).astype(kind)
            writer.write({
                "input_ids": ids, "id": f"{size}", "len": ids.size, "meta": {"at": size, "é": [1, None]},
                "raw": bytes(size % 7), "score": np.float32(0.5), "vector": np.zeros(3, np.float32)})
            size += ids.nbytes
    written += size
    counts, = compare([folder])
    samples += counts["samples"]
    hashes += counts["hashes"]
result |= {
    "written_forms": len(forms), "written_megabytes": round(written / 1e6, 1),
    "written_samples": samples, "hashes_compared_by_mmbert": hashes,
}

if arguments.shards:
    folders = [
        os.path.join(arguments.shards, part, language)
        for part in ["train", "held-out"]
        for language in sorted(os.listdir(os.path.join(arguments.shards, part)))
    ]
    counts = compare(folders, validate_hash="xxh64")
    result |= {
        "our_folders": len(folders), "our_samples": sum(c["samples"] for c in counts),
        "our_tokens": sum(c["tokens"] for c in counts),
    }
shutil.rmtree(scratch)
print(json.dumps(result))
