"""Measures PyTorch's data parallelism on one machine: processes of one thread each that exchange
gradients by DistributedDataParallel and gloo, beside one process with as many threads.

    python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
    .venv/bin/python scripts/peers/ddp.py
    .venv/bin/python scripts/peers/ddp.py --size small --context 512 --sequences 8 --limit 1200

Both train the same model on the same words: a step has --sequences sequences of the full context,
which the processes divide evenly. It is forward, loss, backward, exchange and optimizer; making the
batch does not count. Weights and moments are fp32; --precision bf16 is autocast. Both are taken in
turns, --rounds times, and rates are medians of all counted steps. After --limit seconds no round
begins, and a round that has begun ends with its next step.

Prints a line for each round on standard error, and at the end one line of JSON.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import time

from encoder import SIZES, configuration
from packages import require

MASK, FIRST_WORD, IGNORED = 4, 5, -100
# Columns, heads, layers, gated columns, words: recipes/ten-languages.yaml, and `mmbert bench step`'s.
SHAPES = {"ten-languages": ((256, 4, 6, 384), 16_384)}
SHAPES.update({name: (shape, 256_000) for name, shape in SIZES.items()})


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--size", choices=SHAPES, default="ten-languages", help="default: ten-languages, 7.6 M")
    add("--vocabulary", type=int, help="words (default: 16384 for ten-languages, else 256000)")
    add("--context", type=int, default=128, help="tokens of a sequence (default: 128)")
    add("--sequences", type=int, default=64, help="sequences of a step (default: 64)")
    add("--mask", type=float, default=0.3, help="share of tokens masked (default: 0.3)")
    add("--precision", choices=["fp32", "bf16"], default="fp32", help="default: fp32")
    add("--processes", type=int, default=2, help="processes, and threads of the one (default: 2)")
    add("--steps", type=int, default=8, help="steps of a round that count (default: 8)")
    add("--warmup", type=int, default=2, help="steps of a round before them (default: 2)")
    add("--rounds", type=int, default=3, help="how often each is taken (default: 3)")
    add("--limit", type=float, default=600, help="seconds after which it ends (default: 600)")
    options = parser.parse_args()
    options.vocabulary = options.vocabulary or SHAPES[options.size][1]
    if options.processes < 1 or options.sequences % options.processes:
        parser.error("--sequences must be a multiple of --processes, and those 1 or more")
    if min(options.steps, options.rounds) < 1 or options.warmup < 0:
        parser.error("--steps and --rounds must be 1 or more, --warmup 0 or more")
    return options


def batch(options, step, rank, ranks):
    """Words and labels of the sequences that are this rank's, each sequences / ranks × context."""
    import torch

    generator = torch.Generator().manual_seed(step)
    shape = (options.sequences, options.context)
    words = torch.randint(FIRST_WORD, options.vocabulary, shape, generator=generator)
    masked = torch.rand(shape, generator=generator) < options.mask
    masked[:, 0] = True  # Without a masked token a sequence has no loss.
    mine = slice(rank * options.sequences // ranks, (rank + 1) * options.sequences // ranks)
    return (words.masked_fill(masked, MASK)[mine],
            words.masked_fill(~masked, IGNORED)[mine])


def train(rank, ranks, threads, options, port, deadline, results):
    """Takes steps as one of `ranks` processes; the first puts (seconds of each, last loss)."""
    import torch
    import torch.distributed as distributed
    from torch.nn.parallel import DistributedDataParallel
    from transformers import ModernBertForMaskedLM

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    SIZES[options.size] = SHAPES[options.size][0]
    model = ModernBertForMaskedLM(configuration(
        options.size, options.vocabulary, positions=max(options.context, 1024),
        sparse_prediction=True, attn_implementation="sdpa"))
    model.train()
    forward = model
    if ranks > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        distributed.init_process_group("gloo", rank=rank, world_size=ranks)
        forward = DistributedDataParallel(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), fused=True)

    seconds = []
    for step in range(options.warmup + options.steps):
        ids, labels = batch(options, step, rank, ranks)
        products = (
            torch.autocast("cpu", torch.bfloat16) if options.precision == "bf16"
            else contextlib.nullcontext())
        start = time.perf_counter()
        with products:
            loss = forward(input_ids=ids, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if step >= options.warmup:
            seconds.append(time.perf_counter() - start)
        # All end after the same step: the one after which the first is late.
        late = torch.tensor(int(time.time() > deadline))
        if ranks > 1:
            distributed.broadcast(late, 0)
        if late:
            break
    if rank == 0:
        results.put((seconds, loss.item()))
    if ranks > 1:
        distributed.destroy_process_group()


def free_port():
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def measure(ranks, threads, options, deadline):
    """Seconds of the counted steps of `ranks` processes of `threads` threads, and the last loss."""
    import torch.multiprocessing as processes

    results = processes.get_context("spawn").SimpleQueue()
    processes.spawn(
        train, (ranks, threads, options, free_port(), deadline, results), nprocs=ranks)
    return results.get()


def main():
    options = parse()
    require("torch", "transformers")
    import torch

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    start, deadline = time.monotonic(), time.time() + options.limit
    ways = {"processes": (options.processes, 1), "threads": (1, options.processes)}
    seconds, losses = {name: [] for name in ways}, {}
    for number in range(options.rounds):
        for name, (ranks, threads) in ways.items():
            if time.time() > deadline:
                break
            taken, losses[name] = measure(ranks, threads, options, deadline)
            seconds[name] += taken
            rate = statistics.median(taken) if taken else float("nan")
            print(f"round {number + 1}, {ranks} × {threads}: {len(taken)} steps, {rate:.3f} s each, "
                  f"{time.monotonic() - start:.0f} s of {options.limit:.0f} s",
                  file=sys.stderr, flush=True)
    tokens = options.sequences * options.context
    rates = {name: round(tokens / statistics.median(taken), 1) if taken else None
             for name, taken in seconds.items()}
    both = all(rates.values())
    print(json.dumps({
        "peer": f"pytorch-{torch.__version__}", "size": options.size,
        "vocabulary": options.vocabulary, "precision": options.precision,
        "context": options.context, "sequences": options.sequences, "mask": options.mask,
        "processes": options.processes,
        "tokens_per_second_of_processes": rates["processes"],
        "tokens_per_second_of_threads": rates["threads"],
        "ratio": round(rates["processes"] / rates["threads"], 4) if both else None,
        "steps": {name: len(taken) for name, taken in seconds.items()},
        "losses": {name: round(loss, 4) for name, loss in losses.items()}}))


if __name__ == "__main__":
    main()
