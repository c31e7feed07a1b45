"""Writes the fixtures beside this file with the reference programs.

    pip install mosaicml-streaming safetensors torch zstandard numpy xxhash
    python make_formats.py

mds/NAME        shards by mosaicml-streaming; mds/expected.json holds their token ids
tensors.*       a file by safetensors and its numbers; canonical.safetensors: order and bytes
checksums.json  digests of the bytes (7 i + i // 256) mod 256, i < length, by hashlib and xxhash
lines.*         the same lines as text, gzip (two members) and zstd (two frames)
"""
import gzip
import hashlib
import json
import pathlib
import shutil

import numpy as np
import torch
import xxhash
import zstandard
from safetensors.torch import save_file
from streaming import MDSWriter

here = pathlib.Path(__file__).parent


def ids(count, largest):
    return [(7919 * i * i + 104729 * i + largest) % (largest + 1) for i in range(count)]


def mds():
    folder = here / "mds"
    shutil.rmtree(folder, ignore_errors=True)
    expected = {}

    def write(name, columns, samples, **options):
        expected[name] = [np.asarray(s["input_ids"]).ravel().tolist() for s in samples]
        with MDSWriter(out=str(folder / name), columns=columns, hashes=["sha1", "xxh64"], **options) as out:
            for sample in samples:
                out.write(sample)

    plain = {"id": "str", "input_ids": "ndarray:uint32"}
    lengths = [1, 2, 255, 256, 300, 7]
    samples = [
        {"id": f"s{i}", "input_ids": np.array(ids(n, 255_999), np.uint32)} for i, n in enumerate(lengths)
    ]
    write("raw", plain, samples)
    write("bare", plain, samples, size_limit=2000)
    write("zstd", plain, samples, compression="zstd:7")
    write("limited", plain, [samples[i % 6] for i in range(20)], compression="zstd", size_limit=2000)
    write(
        "among-others",
        {"input_ids": "ndarray:uint32", "a": "int", "z": "json", "text": "str", "score": "float32", "m": "bytes"},
        [dict(s, a=5, z={"k": [1, "é"]}, text="word " * i, score=np.float32(0.5), m=b"\0\1") for i, s in enumerate(samples)],
        compression="zstd",
    )
    types = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]

    def largest(name):
        return min(np.iinfo(name).max, 255_999)

    write(
        "varying", {"input_ids": "ndarray"},
        [{"input_ids": np.array(ids(n, largest(t)), t)} for t in types for n in (1, 9)]
        + [{"input_ids": np.array(ids(6, 99), np.int64).reshape(2, 3)}],
    )
    for name in types:
        array = [{"input_ids": np.array(ids(n, largest(name)), name)} for n in (1, 8, 63)]
        write(f"of-{name}", {"input_ids": f"ndarray:{name}"}, array)
    write(
        "fixed", {"input_ids": "ndarray:uint16:2,4", "len": "int"},
        [{"input_ids": np.array(ids(8, 60_000), np.uint16).reshape(2, 4), "len": 8} for _ in range(3)],
    )
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")


def tensors():
    generator = torch.Generator().manual_seed(7)
    values = {
        "weight": torch.randn(3, 5, generator=generator),
        "weight.bf16": torch.randn(2, 3, generator=generator).bfloat16(),
        "weight.f16": torch.tensor([0.0, -0.0, 1.0, -2.5, 6e-8, 6.1e-5, 65504.0, float("inf"), 3e-6]).half(),
        "scalar": torch.tensor(0.25, dtype=torch.float64),
        "empty": torch.zeros(0, 4),
        "counts": torch.tensor([1, -2, 3]),
        "flags": torch.tensor([True, False, True]),
    }
    save_file(values, here / "tensors.safetensors", metadata={"format": "pt", "note": "a \"quote\""})
    floats = {n: v.float().ravel().tolist() for n, v in values.items() if v.is_floating_point()}
    text = json.dumps({n: ["inf" if np.isinf(x) else x for x in v] for n, v in floats.items()})
    (here / "tensors.json").write_text(text + "\n")

    several = {
        name: (torch.arange(count) * 0.5 - 1).to(kind)
        for name, count, kind in [
            ("b", 3, torch.float32), ("a", 2, torch.float16), ("c/d", 4, torch.bfloat16),
            ("z", 1, torch.float64), ("e", 2, torch.float32), ("B", 5, torch.bfloat16),
        ]
    }
    save_file(several, here / "canonical.safetensors", metadata={"format": "pt"})


SECURE_HASHES = [
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384",
    "sha3_512", "blake2b", "blake2s",
]


def checksums():
    table = {}
    for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 257, 4099]:
        data = bytes((7 * i + i // 256) % 256 for i in range(length))
        table[length] = {
            **{name: hashlib.new(name, data).hexdigest() for name in SECURE_HASHES},
            "xxh32": xxhash.xxh32(data).hexdigest(), "xxh64": xxhash.xxh64(data).hexdigest(),
            "xxh128": xxhash.xxh128(data).hexdigest(), "xxh3_64": xxhash.xxh3_64(data).hexdigest(),
            "xxh3_128": xxhash.xxh3_128(data).hexdigest(),
        }
    (here / "checksums.json").write_text(json.dumps(table) + "\n")


def lines():
    text = "".join(f"line {i}: {'äλж中𝄞'[i % 5] * (i % 40)}\n" for i in range(1, 400)) + "the last one"
    data = text.encode()
    (here / "lines.txt").write_bytes(data)
    half = len(data) // 2
    gz = [gzip.compress(part, mtime=0) for part in (data[:half], data[half:])]
    (here / "lines.txt.gz").write_bytes(b"".join(gz))
    zst = [zstandard.ZstdCompressor(level=3, write_content_size=i == 0).compress(part)
           for i, part in enumerate((data[:half], data[half:]))]
    (here / "lines.txt.zst").write_bytes(b"".join(zst))


mds()
tensors()
checksums()
lines()
