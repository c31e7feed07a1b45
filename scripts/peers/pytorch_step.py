"""Measures training steps of ModernBERT in PyTorch, as `mmbert bench step` measures ours.

    python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
    .venv/bin/python scripts/peers/pytorch_step.py --size small --context 512 --sequences 8

A step is forward, loss, backward and optimizer, on random words; making the batch does not count.
PyTorch has what makes it fast here: logits of masked words only (sparse_prediction), attention by
scaled_dot_product_attention, the fused AdamW and, with --compile, torch.compile. Parameters and
moments are fp32; --precision bf16 is autocast. Batches are padded to the context.

Prints one line of JSON; times and rates are medians of the counted steps, padding is not counted.
"""

import argparse
import contextlib
import json
import resource
import statistics
import time

from encoder import SIZES, configuration
from packages import require

MASK, FIRST_WORD, IGNORED = 4, 5, -100


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--size", choices=SIZES, default="small", help="the model (default: small)")
    add("--vocabulary", type=int, default=256_000, help="words (default: 256000)")
    add("--context", type=int, default=512, help="tokens of a sequence (default: 512)")
    add("--sequences", type=int, default=8, help="sequences of a step (default: 8)")
    add("--variable", action="store_true",
        help="lengths vary: normal, mean context / 2, deviation context / 8, from 8 on")
    add("--mask", type=float, default=0.3, help="share of tokens masked (default: 0.3)")
    add("--precision", choices=["fp32", "bf16"], default="fp32", help="default: fp32")
    add("--compile", action="store_true", help="compile the model")
    add("--attention", default="sdpa", help="attention of transformers (default: sdpa)")
    add("--threads", type=int, default=2, help="threads (default: 2)")
    add("--steps", type=int, default=5, help="steps that count (default: 5)")
    add("--warmup", type=int, default=2, help="steps before them (default: 2)")
    return parser.parse_args()


def batch(options):
    """Random ids, the attention mask and labels, each sequences × context."""
    import torch

    shape = (options.sequences, options.context)
    words = torch.randint(FIRST_WORD, options.vocabulary, shape)
    attention = torch.ones_like(words)
    if options.variable:
        lengths = (0.5 + torch.randn(options.sequences) / 8) * options.context
        lengths = lengths.long().clamp(min(8, options.context), options.context)
        attention = (torch.arange(options.context) < lengths[:, None]).long()
    masked = (torch.rand(shape) < options.mask) & attention.bool()
    masked[0, 0] = True  # Without a masked token there is no loss.
    return words.masked_fill(masked, MASK), attention, words.masked_fill(~masked, IGNORED)


def measure(options):
    """Seconds and tokens of each counted step, and the last loss."""
    import torch
    from transformers import ModernBertForMaskedLM

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = ModernBertForMaskedLM(configuration(
        options.size, options.vocabulary, positions=max(options.context, 8192),
        sparse_prediction=True, attn_implementation=options.attention))
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), fused=True)
    forward = torch.compile(model) if options.compile else model

    seconds, tokens = [], []
    for step in range(options.warmup + options.steps):
        ids, attention, labels = batch(options)
        products = (
            torch.autocast("cpu", torch.bfloat16) if options.precision == "bf16"
            else contextlib.nullcontext())
        start = time.perf_counter()
        with products:
            loss = forward(input_ids=ids, attention_mask=attention, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if step >= options.warmup:
            seconds.append(time.perf_counter() - start)
            tokens.append(int(attention.sum()))
    return seconds, tokens, loss.item()


def main():
    options = parse()
    require("torch", "transformers")
    import torch

    seconds, tokens, loss = measure(options)
    rate = statistics.median(count / time for count, time in zip(tokens, seconds))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({
        "peer": f"pytorch-{torch.__version__}", "size": options.size,
        "precision": options.precision, "compile": options.compile, "context": options.context,
        "sequences": options.sequences, "mask": options.mask, "variable": options.variable,
        "tokens_per_second": round(rate, 1),
        "seconds_per_step": round(statistics.median(seconds), 3),
        "peak_rss_gib": round(peak / 2**30, 2), "loss": round(loss, 4)}))


if __name__ == "__main__":
    main()
