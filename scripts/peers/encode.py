"""Measures transformers and sentence-transformers at what `mmbert bench encode` measures, in turns.

    python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
    .venv/bin/python scripts/peers/encode.py
    .venv/bin/python scripts/peers/encode.py --models xlm-r-base minilm --lengths 128 variable

Models have the published shapes and random weights; nothing is fetched. Every turn makes a mean vector
of each of the same texts of random tokens. The ways to do it:

    sentence-transformers   its Transformer and Pooling, texts sorted by length, batches padded to their
                            longest, as `encode` does it
    unsorted                transformers, batches in the order of the texts, padded to their longest
    padded                  transformers, every text padded to 512 tokens, as in the chart of mmBERT's
                            paper; of texts that are no longer

Tokenizing is not measured. Prints one line of JSON: for each length, model and way the texts and tokens
(without padding) per second, medians with the smallest and the largest, and by how much the first turn
raised the memory of the process.
"""

import argparse
import json
import os
import random
import statistics
import time

from packages import require

MODELS = ["xlm-r-base", "minilm", "mmbert-base", "mmbert-small"]
WAYS = ["sentence-transformers", "unsorted", "padded"]
PADDED = 512


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--models", nargs="+", choices=MODELS, default=MODELS, help="default: all four")
    add("--lengths", nargs="+", default=["128", "512", "2048", "8192", "variable"],
        help="tokens of a text, or variable: normal, mean 256, deviation 64, from 16 to 512")
    add("--ways", nargs="+", choices=WAYS, default=WAYS, help="default: all three")
    add("--tokens", type=int, default=16384, help="tokens of a turn, at least (default: 16384)")
    add("--repetitions", type=int, default=5, help="turns that count (default: 5)")
    add("--batch", type=int, default=32, help="texts of a batch (default: 32)")
    add("--precision", choices=["fp32", "bf16"], default="fp32", help="default: fp32")
    add("--threads", type=int, default=2, help="threads (default: 2)")
    add("--layers", type=int, help="fewer layers, to try the script")
    options = parser.parse_args()
    for length in options.lengths:
        if length != "variable" and not (length.isdigit() and int(length) > 0):
            parser.error(f"--lengths {length}: give a number of tokens, or variable")
    return options


def build(name, layers):
    """A model of a published shape with random weights, and the most tokens of a text."""
    import torch
    from transformers import AutoModel, BertConfig, ModernBertConfig, XLMRobertaConfig

    options = {"num_hidden_layers": layers} if layers else {}
    if name == "xlm-r-base":
        config = XLMRobertaConfig(**dict(dict(
            vocab_size=250_002, hidden_size=768, num_hidden_layers=12, num_attention_heads=12,
            intermediate_size=3072, max_position_embeddings=514, type_vocab_size=1,
            layer_norm_eps=1e-5), **options))
    elif name == "minilm":
        config = BertConfig(**dict(dict(
            vocab_size=250_037, hidden_size=384, num_hidden_layers=12, num_attention_heads=12,
            intermediate_size=1536, max_position_embeddings=512, type_vocab_size=2), **options))
    else:
        hidden, heads = (768, 12) if name == "mmbert-base" else (384, 6)
        config = ModernBertConfig(**dict(dict(
            vocab_size=256_000, hidden_size=hidden, num_hidden_layers=22,
            num_attention_heads=heads, intermediate_size=1152, max_position_embeddings=8192,
            global_rope_theta=160_000, local_rope_theta=160_000, pad_token_id=0, bos_token_id=2,
            eos_token_id=1, cls_token_id=2, sep_token_id=1, reference_compile=False), **options))
    torch.manual_seed(0)
    model = AutoModel.from_config(config, attn_implementation="sdpa").eval()
    limit = config.max_position_embeddings - (2 if name == "xlm-r-base" else 0)
    return model, limit


def lengths_of(kind, tokens):
    """The lengths of as many texts as have `tokens` tokens together."""
    draw = random.Random(0)
    lengths = []
    while sum(lengths) < tokens or not lengths:
        lengths.append(min(512, max(16, int(draw.gauss(256, 64)))) if kind == "variable" else int(kind))
    return lengths


def batches(texts, pad, size, width=None):
    """Padded ids and masks of batches of texts in their order."""
    import torch

    for start in range(0, len(texts), size):
        part = texts[start:start + size]
        columns = width or max(map(len, part))
        ids = torch.full((len(part), columns), pad)
        mask = torch.zeros((len(part), columns), dtype=torch.long)
        for row, text in enumerate(part):
            ids[row, :len(text)] = torch.tensor(text)
            mask[row, :len(text)] = 1
        yield ids, mask


def runner(model, way, texts, size):
    """A function that makes the vectors of all texts."""
    import torch
    from sentence_transformers.sentence_transformer.modules import Pooling

    pad = model.config.pad_token_id
    pooling = Pooling(model.config.hidden_size, pooling_mode="mean")
    if way == "sentence-transformers":
        texts = sorted(texts, key=len, reverse=True)
    width = PADDED if way == "padded" else None

    def run():
        with torch.inference_mode():
            for ids, mask in batches(texts, pad, size, width):
                states = model(input_ids=ids, attention_mask=mask).last_hidden_state
                if way == "sentence-transformers":
                    pooling({"token_embeddings": states, "attention_mask": mask})
                else:
                    wide = mask[..., None].to(states.dtype)
                    (states * wide).sum(1) / wide.sum(1)
    return run


def status(name):
    """A number of bytes that the system says of this process."""
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) << 10
    return 0


def growth(run):
    """By how much memory grows at most while `run` runs."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    before = status("VmRSS")
    run()
    return max(0, status("VmHWM") - before)


def spread(numbers):
    return {"median": statistics.median(numbers), "least": min(numbers), "most": max(numbers)}


def main():
    options = parse()
    require("torch", "transformers", "sentence_transformers")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch

    torch.set_num_threads(options.threads)
    models = {name: build(name, options.layers) for name in options.models}
    if options.precision == "bf16":
        models = {name: (model.bfloat16(), limit) for name, (model, limit) in models.items()}
    results = []
    for kind in options.lengths:
        lengths = lengths_of(kind, options.tokens)
        runs = {}
        for name, (model, limit) in models.items():
            if max(lengths) > limit:
                continue
            draw = random.Random(1)
            texts = [[draw.randrange(300, 250_000) for _ in range(length)] for length in lengths]
            for way in options.ways:
                if way != "padded" or max(lengths) <= PADDED:
                    runs[name, way] = runner(model, way, texts, options.batch)
        memory = {key: growth(run) for key, run in runs.items()}
        seconds = {key: [] for key in runs}
        for _ in range(options.repetitions):
            for key, run in runs.items():
                start = time.perf_counter()
                run()
                seconds[key].append(time.perf_counter() - start)
        for (name, way), times in seconds.items():
            weights = sum(p.numel() * p.element_size() for p in models[name][0].parameters())
            results.append({
                "length": kind, "model": name, "way": way, "texts": len(lengths),
                "tokens": sum(lengths),
                "texts_per_second": spread([len(lengths) / time for time in times]),
                "tokens_per_second": spread([sum(lengths) / time for time in times]),
                "peak_bytes": memory[name, way] + weights})
    print(json.dumps({
        "peer": "transformers", "precision": options.precision, "threads": options.threads,
        "batch": options.batch, "repetitions": options.repetitions, "results": results}))


if __name__ == "__main__":
    main()
