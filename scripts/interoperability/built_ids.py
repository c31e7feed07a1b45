"""Whether two builds of the same text have the same samples: ids compared by name of the sample.

    python built_ids.py FOLDER OTHER_FOLDER

Each folder holds a folder of MDS shards per language, read by mosaicml-streaming. Give both builds a
context that no document reaches, so that a sample is a document. Prints one JSON line; exit code 1 if
anything differs.
"""
import json
import os
import shutil
import sys
import tempfile

import streaming
from streaming import Stream, StreamingDataset


def samples(folder, scratch):
    streaming.base.util.clean_stale_shared_memory()
    shutil.copytree(folder, scratch)
    streams = [Stream(local=os.path.join(scratch, name)) for name in sorted(os.listdir(scratch))]
    data = StreamingDataset(streams=streams, shuffle=False, batch_size=1)
    found = {}
    for number in range(len(data)):
        sample = data[number]
        # The last part of a name is the piece, or where it begins.
        found[sample["id"].rsplit("-", 1)[0]] = sample["input_ids"].tobytes()
    assert len(found) == len(data), "documents in several pieces"
    return found


with tempfile.TemporaryDirectory() as scratch:
    one, other = (
        samples(folder, os.path.join(scratch, str(number)))
        for number, folder in enumerate(sys.argv[1:3]))
    different = sum(other.get(name) != ids for name, ids in one.items())
    missing = len(set(one) ^ set(other))
    print(json.dumps({
        "documents": len(one), "ids": sum(len(ids) for ids in one.values()) // 4,
        "different": different, "missing": missing}))
    sys.exit(bool(different or missing))
