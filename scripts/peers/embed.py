"""Measures sentence-transformers' vectors of lines of text, as `mmbert embed --json` does ours.

    python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
    .venv/bin/python scripts/peers/embed.py --model FOLDER --texts FILE

FOLDER is a model of `mmbert-train`, or one with random weights of make_model.py. The start of Python,
loading the model and a warm-up of 64 texts do not count; tokenizing counts.

Prints one line of JSON. Tokens are those that the model reads: texts cut to its context, special tokens
included, padding not.
"""

import argparse
import json
import os
import time

from packages import require

WARMUP_TEXTS = 64


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--model", required=True, help="a model folder")
    add("--texts", required=True, help="a file with a text a line")
    add("--precision", choices=["fp32", "bf16"], default="fp32", help="default: fp32")
    add("--batch", type=int, default=32, help="texts of a batch (default: 32)")
    add("--threads", type=int, default=2, help="threads (default: 2)")
    return parser.parse_args()


def main():
    options = parse()
    require("sentence_transformers", "torch")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(options.threads)
    model = SentenceTransformer(options.model, device="cpu")
    if options.precision == "bf16":
        model = model.bfloat16()
    with open(options.texts, encoding="utf-8") as file:
        texts = [line.rstrip("\r\n") for line in file]

    model.encode(texts[:WARMUP_TEXTS], batch_size=options.batch)
    start = time.perf_counter()
    model.encode(texts, batch_size=options.batch)
    seconds = time.perf_counter() - start
    encoded = model.tokenizer(texts, truncation=True, max_length=model.max_seq_length)
    tokens = sum(len(ids) for ids in encoded["input_ids"])
    print(json.dumps({
        "peer": "sentence-transformers", "precision": options.precision, "texts": len(texts),
        "tokens": tokens, "texts_per_second": round(len(texts) / seconds, 1),
        "tokens_per_second": round(tokens / seconds)}))


if __name__ == "__main__":
    main()
