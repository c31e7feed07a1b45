#!/usr/bin/env python3
"""Makes single system calls of mmbert's programs fail, one in each run, and counts what follows.

    python3 scripts/faults/calls.py --programs .build/release --count 3000

Every run is one of: a small training run with variants and a merge, `data build`, `merge`, `embed`,
`tokenizer train`. One call in it (an open, a read, a write, a rename, …; see calls.c) fails with an
error of the disk, is interrupted by a signal, or handles one byte only. Then must hold:

- no run crashes;
- a run that exits with 0 has all of the output that an undisturbed one has, to the byte;
- a run that exits otherwise says why, and the same command, given again, ends with that output.

Needs a C compiler (cc, gcc or clang) and nothing else beside Python's own library."""

import argparse
import collections
import concurrent.futures
import errno
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent

RECIPE = """
seed: 5
model: {vocabulary: 512, hidden: 16, intermediate: 24, layers: 2, heads: 2, max_positions: 64}
tokenizer: base/tokenizer
precision: fp32
checkpoint: {every: 1k, keep: 1}
evaluate: {every: 2k, mask_ratio: 0.15, tokens_per_language: 64}
log: {every_steps: 1}
phases:
  - name: first
    tokens: 2k
    context: 32
    rope_theta: {global: 10_000, local: 10_000}
    mask: {ratio: 0.30}
    data: {manifest: base/shards/manifest.yaml, languages: {largest: 2}, max_epochs: 5}
    learning_rate: {peak: 2e-3, shape: constant}
    batch: {tokens: 512, microbatch: 256}
  - name: last
    tokens: 1k
    context: 32
    mask: {ratio: 0.1}
    data: {manifest: base/shards/manifest.yaml}
    learning_rate: {peak: 2e-3, shape: constant}
    batch: {tokens: 512, microbatch: 256}
    variants: [a, b]
merge: {method: ties, density: 0.2, lambda: 1.0, scope: tensor}
"""

# What calls of a kind are made to give. 0 stands for reads and writes of one byte.
ERRORS = {
    "open": [errno.EIO, errno.EACCES, errno.EMFILE, errno.EINTR],
    "read": [errno.EIO, errno.EINTR, 0],
    "write": [errno.ENOSPC, errno.EIO, errno.EINTR, 0],
    "fsync": [errno.EIO, errno.EINTR],
    "rename": [errno.EIO, errno.EACCES],
    "map": [errno.ENOMEM],
    "size": [errno.ENOSPC, errno.EINTR],
    "look": [errno.EIO, errno.EACCES],
    "list": [errno.EIO],
    "make": [errno.ENOSPC],
    "remove": [errno.EIO],
    "seek": [errno.EIO],
    "lock": [errno.EINTR, errno.ENOLCK],
    "close": [errno.EIO],
}

# Files whose content tells times, places or how often a run was started.
VARYING = {"run.json", "metrics.jsonl", "README.md", "lock"}
# A page that cannot be written is a warning; the next evaluation writes it again.
UNNEEDED = {"report.html"}


class Case:
    """A command in a folder of its own, and where its output lies."""

    def __init__(self, name, weight, command, output):
        self.name, self.weight, self.command, self.output = name, weight, command, output


CASES = [
    Case("train", 6, ["mmbert-train", "--recipe", "recipe.yaml", "--run", "run"], "run"),
    Case("build", 4, ["mmbert", "data", "build", "--input", "base/text", "--tokenizer",
                      "base/tokenizer", "--context", "64", "--held-out", "0.1",
                      "--output", "shards"], "shards"),
    Case("merge", 3, ["mmbert", "merge", "--method", "ties", "--base", "base/model", "--density",
                      "0.5", "--output", "merged", "base/one", "base/two"], "merged"),
    Case("embed", 2, ["mmbert", "embed", "--model", "base/model", "--input", "base/lines.txt",
                      "--output", "v.npy"], "v.npy"),
    Case("tokenizer", 1, ["mmbert", "tokenizer", "train", "--input", "base/text",
                          "--vocabulary", "400", "--output", "tokenizer"], "tokenizer"),
]


def run(programs, command, folder, environment=None, seconds=120):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **(environment or {})}
    command = [str(programs / command[0]), *command[1:]]
    if not {"tokenizer", "merge", "synthesize"} & set(command[1:3]):
        command += ["--threads", "1"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True,
                          timeout=seconds)


def digest(folder, output):
    """Hashes of all files of an output that must not vary, with what metrics say of the loss. The
    folder's own path, which some name, does not count."""
    path = folder / output
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    result = {}
    for file in files:
        name = str(file.relative_to(path))
        parts = pathlib.Path(name).parts
        if {"tensorboard", "checkpoints"} & set(parts) or any(p.startswith(".") for p in parts):
            continue
        if file.name in UNNEEDED:
            continue
        if file.name == "metrics.jsonl":
            rows = [json.loads(line) for line in file.read_text().splitlines()]
            kept = [{k: row.get(k) for k in ("step", "loss", "tokens", "held_out")}
                    for row in rows]
            result[name] = hashlib.sha256(json.dumps(kept).encode()).hexdigest()
        elif file.name not in VARYING:
            content = file.read_bytes().replace(str(folder).encode(), b"FOLDER")
            result[name] = hashlib.sha256(content).hexdigest()
        else:
            result[name] = "there"
    return result


def make_base(programs, folder):
    """Text, tokenizer, shards and models that all cases start from."""
    def must(*command):
        done = run(programs, list(command), folder)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")

    must("mmbert", "data", "synthesize", "--languages", "4", "--bytes", "60k", "--seed", "3",
         "--output", "base/text")
    must("mmbert", "tokenizer", "train", "--input", "base/text", "--vocabulary", "512",
         "--output", "base/tokenizer")
    must("mmbert", "data", "build", "--input", "base/text", "--tokenizer", "base/tokenizer",
         "--context", "64", "--held-out", "0.1", "--output", "base/shards")
    (folder / "recipe.yaml").write_text("name: faults" + RECIPE)
    must("mmbert-train", "--recipe", "recipe.yaml", "--run", "made", "--quiet")
    shutil.move(folder / "made/model", folder / "base/model")
    ends = sorted((folder / "made/checkpoints").glob("*last*"))
    if len(ends) < 2:
        sys.exit(f"two variants' checkpoints expected, found {ends}")
    for end, name in zip(ends, ("one", "two")):
        shutil.copytree(end, folder / "base" / name, ignore=shutil.ignore_patterns(
            "trainer", "checkpoint.json"))
    shutil.rmtree(folder / "made")
    (folder / "base/lines.txt").write_text(
        "".join(f"the river {i} and the ferryboat\n" * (1 + i % 3) for i in range(40)))


def fresh(base, parent):
    """A copy of the base, of links: no case writes to its input."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=parent))
    shutil.copytree(base, folder, dirs_exist_ok=True, copy_function=os.link)
    return folder


def counts(programs, library, case, base, parent):
    folder = fresh(base, parent)
    table = folder / "counts"
    done = run(programs, absolute(case, folder), folder, {
        "LD_PRELOAD": str(library), "FAULT_UNDER": str(folder), "FAULT_COUNTS": str(table),
    })
    if done.returncode != 0:
        sys.exit(f"{case.name}, undisturbed: {done.stderr.decode()}")
    result = {name: int(count) for name, count in
              (line.split() for line in table.read_text().splitlines())}
    expected = digest(folder, case.output)
    shutil.rmtree(folder)
    return result, expected


def absolute(case, folder):
    """The command with paths from the root, which is how the library knows the calls that count."""
    return [str(folder / word) if "/" in word or word.endswith((".yaml", ".npy"))
            or word in ("run", "shards", "merged", "tokenizer") and index > 2 else word
            for index, word in enumerate(case.command)]


def judge(programs, library, case, expected, fault, base, parent):
    """None where all is well, else what is wrong."""
    call, number, code, persists = fault
    folder = fresh(base, parent)
    environment = {"LD_PRELOAD": str(library), "FAULT_UNDER": str(folder), "FAULT_CALL": call,
                   "FAULT_NUMBER": str(number), "FAULT_ERRNO": str(code)}
    if persists:
        environment["FAULT_ALL"] = "1"
    command = absolute(case, folder)
    try:
        done = run(programs, command, folder, environment)
        words = done.stderr.decode(errors="replace")
        if done.returncode < 0 or done.returncode >= 128 or "Fatal error" in words:
            return "crash", done.returncode, words
        if done.returncode == 0:
            found = digest(folder, case.output)
            if found != expected:
                return "other output and exit code 0", difference(expected, found), words
            return None
        if "error: " not in words:
            return "no message", done.returncode, words
        if "NSError" in words or "Error Domain" in words:
            return "an error of Foundation", done.returncode, words
        again = run(programs, command, folder)
        told = again.stderr.decode(errors="replace")
        if again.returncode != 0:
            return "the same command fails again", again.returncode, words + "\n---\n" + told
        found = digest(folder, case.output)
        if found != expected:
            return "other output after going on", difference(expected, found), words
        return None
    except subprocess.TimeoutExpired:
        return "hang", "", ""
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def difference(expected, found):
    names = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
    return ", ".join(sorted(names)[:5])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--programs", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--count", type=int, default=3000, help="how many runs have a fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time")
    parser.add_argument("--cases", default="", help="names of cases, with commas; all by default")
    options = parser.parse_args()
    programs = options.programs.resolve()
    cases = [case for case in CASES if not options.cases or case.name in options.cases.split(",")]
    compiler = next((c for c in ("cc", "gcc", "clang") if shutil.which(c)), None)
    if compiler is None:
        sys.exit("no C compiler: install gcc or clang")
    with tempfile.TemporaryDirectory(prefix="mmbert-faults-") as parent:
        parent = pathlib.Path(parent)
        library = parent / "calls.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, HERE / "calls.c",
                        "-ldl"], check=True)
        base = parent / "start"
        base.mkdir()
        make_base(programs, base)
        draws = random.Random(options.seed)
        plan = []
        for case in cases:
            made, case.expected = counts(programs, library, case, base, parent)
            made = {kind: count for kind, count in made.items() if count and kind in ERRORS}
            share = options.count * case.weight // sum(c.weight for c in cases)
            every = [(kind, number, code) for kind, count in made.items()
                     for number in range(1, count + 1) for code in ERRORS[kind]]
            chosen = draws.sample(every, min(share, len(every)))
            chosen += [draws.choice(every) for _ in range(share - len(chosen))]
            # A call that is interrupted for ever is one that nobody can make.
            plan += [(case, (*fault, fault[2] != errno.EINTR and draws.random() < 0.15))
                     for fault in chosen]
            print(f"{case.name}: {sum(made.values())} calls, {share} of "
                  f"{len(every)} faults", file=sys.stderr, flush=True)
        draws.shuffle(plan)
        wrong = collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            futures = {pool.submit(judge, programs, library, case, case.expected, fault, base,
                                   parent): (case, fault) for case, fault in plan}
            for done, future in enumerate(concurrent.futures.as_completed(futures), 1):
                problem = future.result()
                if problem:
                    case, (call, number, code, persists) = futures[future]
                    wrong[problem[0]] += 1
                    name = errno.errorcode.get(code, "one byte")
                    print(f"{problem[0]}: {case.name}, {call} {number} gives {name}"
                          f"{' from there on' if persists else ''}: {problem[1]}\n"
                          f"    {problem[2].strip()[-400:]}", flush=True)
                if done % 100 == 0:
                    print(f"{done} of {len(plan)}, {sum(wrong.values())} wrong",
                          file=sys.stderr, flush=True)
        print(f"{len(plan)} runs with a fault: " + (
            ", ".join(f"{count} × {what}" for what, count in wrong.items()) or "nothing wrong"))
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
