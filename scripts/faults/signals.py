"""Sends signals to small training runs at random moments and checks that nothing is lost.

    python3 scripts/faults/signals.py --programs .build/release --runs 500 --seed 1

Each run gets two to five of SIGTERM, SIGINT, SIGHUP and SIGUSR1 in a row. It runs with its messages
in a file, under `| tee` (which gets the same signals first, as from a terminal), or with closed
standard descriptors; a quarter of the runs are started with the signals blocked. Checked is

- the exit code: 128 + the number of a signal that was sent, or 0 for a run that had finished,
- that no crash is reported,
- that a checkpoint is saved, whose files have the sizes that its record says,
- that the run goes on to its end, and that model and metrics are then those of a run that was never
  disturbed, to the bit.

Prints what happened in numbers, and exits with 1 after a failure, whose run folder is kept.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1]
PLACES = ["file", "tee", "closed output", "all closed"]
CRASHES = ["Backtrace", "Fatal error", "crashed", "Illegal instruction", "Segmentation"]
PATIENCE = 120

RECIPE = """\
name: signals
seed: 5
model: {vocabulary: 512, hidden: 32, intermediate: 48, layers: 3, heads: 2, max_positions: 64}
tokenizer: tokenizer
precision: fp32
checkpoint: {every: 4k, keep: 2}
evaluate: {every: 6k, mask_ratio: 0.15, tokens_per_language: 128}
log: {every_steps: 1}
phases:
  - name: pretrain
    tokens: 24k
    context: 32
    rope_theta: {global: 10_000, local: 10_000}
    mask: {ratio: 0.30}
    data: {manifest: shards/manifest.yaml, languages: {largest: 2}}
    learning_rate: {peak: 2e-3, shape: constant}
    batch: {tokens: 1k, microbatch: 256}
  - name: decay
    tokens: 4k
    context: 32
    mask: {ratio: 0.1}
    data: {manifest: shards/manifest.yaml}
    learning_rate: {peak: 2e-3, shape: constant}
    batch: {tokens: 1k, microbatch: 256}
    variants: [a, b]
merge: {method: ties, density: 0.2, lambda: 1.0, scope: tensor}
"""


class Failure(Exception):
    """What was not as it must be."""


class Work:
    """Data, a recipe, and a run that was never disturbed, made by the programs themselves."""

    def __init__(self, programs, folder):
        self.trainer, self.tool = programs / "mmbert-train", programs / "mmbert"
        self.folder = folder
        for command in [
            "data synthesize --languages 4 --bytes 200k --seed 3 --output text",
            "tokenizer train --input text --vocabulary 512 --output tokenizer",
            "data build --input text --tokenizer tokenizer --context 64 --held-out 0.03 "
            "--output shards",
        ]:
            subprocess.run(
                [self.tool, *command.split()], cwd=folder, check=True, capture_output=True)
        (folder / "recipe.yaml").write_text(RECIPE)
        started = time.monotonic()
        finished = subprocess.run(
            self.command("reference"), cwd=folder, capture_output=True, preexec_fn=with_defaults)
        self.seconds = time.monotonic() - started
        if finished.returncode != 0:
            sys.exit(finished.stderr.decode())
        self.reference = results(folder / "reference")

    def command(self, run):
        return [self.trainer, "--recipe", "recipe.yaml", "--run", run, "--threads", "1"]


def with_defaults():
    """In the child: no signal is ignored, whoever started this script."""
    for number in SIGNALS + [signal.SIGPIPE]:
        signal.signal(number, signal.SIG_DFL)


def results(run):
    """What must be the same to the bit after any interruption."""
    model = hashlib.sha256((run / "model/model.safetensors").read_bytes()).hexdigest()
    records = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for record in records:
        record.pop("tokens_per_second", None)
        record.pop("time", None)
    return model, records, (run / "losses.md").read_text()


def start(work, run, place, log, is_blocked):
    """Starts a run, and `tee` where it writes there."""
    def prepare():
        with_defaults()
        if is_blocked:
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        if place == "closed output":
            os.close(1)
        if place == "all closed":
            os.closerange(0, 3)

    if place != "tee":
        with open(log, "ab") as file:
            return subprocess.Popen(
                work.command(run), cwd=work.folder, stdin=subprocess.DEVNULL, stdout=file,
                stderr=file, preexec_fn=prepare), None
    tee = subprocess.Popen(
        ["tee", "-a", log], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        preexec_fn=with_defaults)
    trainer = subprocess.Popen(
        work.command(run), cwd=work.folder, stdin=subprocess.DEVNULL, stdout=tee.stdin,
        stderr=tee.stdin, preexec_fn=prepare)
    tee.stdin.close()
    return trainer, tee


def disturb(work, draw, run, trainer, tee):
    """Sends the signals, and returns them."""
    lock = work.folder / run / "lock"
    while not lock.exists() and trainer.poll() is None:
        time.sleep(0.001)
    time.sleep(draw.uniform(0, work.seconds))
    sent = [draw.choice(SIGNALS) for _ in range(draw.randint(2, 5))]
    if draw.random() < 0.5:
        sent = sent[:1] * len(sent)
    for number in sent:
        for process in [tee, trainer]:
            if process and process.poll() is None:
                process.send_signal(number)
        time.sleep(draw.choice([0, 0, 0.0003, 0.001, 0.003, 0.02]))
    return sent


def check_saved(run):
    """A checkpoint is there, `latest` names it, and its files have their sizes."""
    latest = run / "checkpoints/latest"
    if not latest.exists():
        raise Failure("no checkpoint is saved")
    checkpoint = run / "checkpoints" / latest.read_text().strip()
    record = json.loads((checkpoint / "checkpoint.json").read_text())
    for path, file in record["files"].items():
        if (checkpoint / path).stat().st_size != file["bytes"]:
            raise Failure(f"{checkpoint / path} has another size")


def check_log(log):
    text = log.read_text(errors="replace")
    for crash in CRASHES:
        if crash in text:
            raise Failure(f"the messages have “{crash}”:\n{text[-2000:]}")
    return text


def disturbed_run(work, seed, number):
    """One run, and what came of it: (place, outcome)."""
    draw = random.Random(f"{seed} {number}")
    name, place = f"run-{seed}-{number}", draw.choice(PLACES)
    run, log = work.folder / name, work.folder / f"{name}.log"
    trainer, tee = start(work, name, place, log, draw.random() < 0.25)
    sent = disturb(work, draw, name, trainer, tee)
    try:
        code = trainer.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        trainer.kill()
        trainer.wait()
        raise Failure(f"{name}: hangs after {sent}, {place}")
    finally:
        if tee:
            tee.wait()
    what = f"{name}, {place}, {[each.name for each in sent]}, exit code {code}"
    try:
        text = check_log(log)
        has_finished = (run / "model/README.md").exists()
        if code - 128 in sent:
            outcome = f"stopped, {code}"
        elif code == 0 and has_finished:
            outcome = "finished before"
        elif place != "file" and has_finished and code > 0:
            outcome = "finished before, its table could not be printed"
        else:
            raise Failure(f"not an exit code of this\n{text[-2000:]}")
        check_saved(run)
        resume(work, name, log)
    except (Failure, OSError, ValueError) as failure:
        raise Failure(f"{what}: {failure}") from failure
    shutil.rmtree(run)
    log.unlink()
    return place, outcome


def resume(work, name, log):
    """The run goes on undisturbed, and ends as the reference did."""
    ending = subprocess.run(
        work.command(name), cwd=work.folder, capture_output=True, preexec_fn=with_defaults,
        timeout=PATIENCE)
    log.write_bytes(log.read_bytes() + ending.stderr)
    check_log(log)
    if ending.returncode != 0:
        raise Failure(f"does not resume:\n{ending.stderr.decode()[-2000:]}")
    for what, mine, theirs in zip(
        ["the model", "metrics.jsonl", "losses.md"], results(work.folder / name), work.reference
    ):
        if mine != theirs:
            raise Failure(f"{what} differs from an undisturbed run's")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--runs", type=int, default=500, help="for each seed")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--parallel", type=int, default=2, help="runs at the same time")
    parser.add_argument("--folder", type=pathlib.Path, help="where to work; a temporary one")
    options = parser.parse_args()
    folder = options.folder or pathlib.Path(tempfile.mkdtemp(prefix="mmbert-signals-"))
    folder.mkdir(parents=True, exist_ok=True)
    work = Work(options.programs.resolve(), folder.resolve())
    print(f"an undisturbed run takes {work.seconds:.1f} s; work in {folder}", flush=True)
    counts, failures = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        runs = [
            pool.submit(disturbed_run, work, seed, number)
            for seed in options.seed for number in range(options.runs)]
        for run in concurrent.futures.as_completed(runs):
            try:
                counts[run.result()] += 1
            except Failure as failure:
                failures.append(failure)
                print(f"FAILED {failure}", flush=True)
    for (place, outcome), count in sorted(counts.items()):
        print(f"{count:5}  {place:14} {outcome}")
    print(f"{len(runs)} runs, {len(failures)} failures")
    if not failures and not options.folder:
        shutil.rmtree(folder)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
