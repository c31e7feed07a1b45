#!/usr/bin/env python3
"""Takes training steps by two programs in turns, and prints the ratio of their medians.

    python3 scripts/benchmark-step-turns.py OLD NEW
    python3 scripts/benchmark-step-turns.py mmbert 'env MMBERT_TILES=on mmbert'

OLD and NEW are commands, with what must stand before the arguments. Memory is each program's peak.
"""

import argparse
import json
import shlex
import statistics
import subprocess

SHAPES = {
    "small": "--size small --context 512 --sequences 8 --mask 0.3",
    "variable": "--size small --context 512 --sequences 16 --mask 0.3 --variable",
    "base": "--size base --context 512 --sequences 4 --mask 0.3",
    "long": "--size small --context 8192 --sequences 1 --mask 0.05",
    "tiny": "--size tiny --vocabulary 10000 --context 128 --sequences 1 --mask 0.3",
}


def step(program, shape, precision, steps):
    """What `bench step` reports."""
    command = [*shlex.split(program), "bench", "step", *SHAPES[shape].split(), "--json"]
    command += ["--precision", precision, "--threads", "2", "--warmup", "1", "--steps", str(steps)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs=2, metavar=("OLD", "NEW"), help="ways to run mmbert")
    parser.add_argument("--shapes", default="small,variable,base,long", help=", ".join(SHAPES))
    parser.add_argument("--precision", default="bf16", choices=["bf16", "fp32"])
    parser.add_argument("--turns", type=int, default=5, help="of each program (default: 5)")
    parser.add_argument("--steps", type=int, default=3, help="of each turn (default: 3)")
    options = parser.parse_args()
    shapes = options.shapes.split(",")
    unknown = [shape for shape in shapes if shape not in SHAPES]
    if unknown:
        parser.error(f"no shape {', '.join(unknown)}")
    if options.turns < 1 or options.steps < 1:
        parser.error("give at least 1 turn and step")

    print("| step | old, tokens/s | new | ratio | of the roofline | memory, GiB, old; new |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for shape in shapes:
        runs = [[], []]
        for _ in range(options.turns):
            for run, program in zip(runs, options.programs):
                run.append(step(program, shape, options.precision, options.steps))
        old, new = ([report["tokens_per_second"] for report in run] for run in runs)
        share = statistics.median(report["share_of_ceiling"] for report in runs[1])
        memory = [max(report["peak_bytes"] for report in run) / 2**30 for run in runs]
        ratio = statistics.median(new) / statistics.median(old)
        print(
            f"| {shape}-{options.precision} | {statistics.median(old):,.0f} "
            f"({min(old):,.0f} to {max(old):,.0f}) | {statistics.median(new):,.0f} "
            f"({min(new):,.0f} to {max(new):,.0f}) | {ratio:.3f} | {share:.0%} "
            f"| {memory[0]:.2f}; {memory[1]:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
