"""Runs the programs on changed files of every format they read, and counts crashes and hangs.

    python3 scripts/faults/mutate.py --programs .build/release [--count 50000] [--seed 1] [--jobs 2]
        [--folder FOLDER] [--only FORMAT …] [--every-number] [--case NUMBER]

Each case is one file with one change, made from the seed and the case's number alone, and one
command that reads it, within 1 GiB of memory and 10 seconds of work. A crash is an end by a signal,
or an exit code other than 0 (read), 1 (another failure) and 2 (refused); a hang is a command that
works longer, or waits for 100 seconds. --every-number replaces instead every number of every text
by every extreme of mutations.py. Failing cases stay in FOLDER/failures with their command. Exit
code 1 if there are any. Needs nothing but Python and the programs; the files are made by them.
"""

import argparse
import collections
import contextlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import mutations
import samples

MEMORY = 1 << 30
BAD = ("crash", "hang", "memory")
SECONDS = 10


class Cases:
    """The cases in one folder of files, which is this process's own."""

    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.formats = [
            f for f in samples.formats(folder) if not options.only or f.name in options.only
        ]
        self.files = {}
        for kind in self.formats:
            for path in (kind.file, kind.record):
                if path and path not in self.files:
                    with open(f"{folder}/{path}", "rb") as file:
                        self.files[path] = file.read()
        self.extremes = [
            (kind, span, extreme)
            for kind in self.formats
            if kind.change is mutations.text
            for span in mutations.numbers(self.files[kind.file])[:200]
            for extreme in mutations.EXTREMES
        ]

    def __len__(self):
        return len(self.extremes) if self.options.every_number else self.options.count

    def case(self, number):
        """The format and the changed content of a case."""
        if self.options.every_number:
            kind, span, extreme = self.extremes[number]
            return kind, mutations.replaced(self.files[kind.file], span, extreme.encode())
        chance = random.Random(f"{self.options.seed}:{number}")
        name = chance.choice(sorted({kind.name for kind in self.formats}))
        kind = chance.choice([kind for kind in self.formats if kind.name == name])
        return kind, kind.change(self.files[kind.file], chance)

    def run(self, number):
        """What became of a case: its format, and `read`, `refused`, `failed`, `crash` or `hang`."""
        kind, data = self.case(number)
        kept = [path for path in kind.made if os.path.exists(path)]
        for path in kept:
            shutil.copytree(path, f"{path}.kept")
        samples.write(kind.file, data)
        if kind.record:
            self.note(kind, data)
        outcome, code, seconds = self.command(kind.command)
        if outcome not in ("read", "refused"):
            self.keep(number, kind, data, f"{outcome} {code} {seconds:.1f} s")
        for path in kind.made:
            shutil.rmtree(path, ignore_errors=True)
        for path in kept:
            os.rename(f"{path}.kept", path)
        samples.write(kind.file, self.files[kind.file])
        if kind.record:
            samples.write(kind.record, self.files[kind.record])
        return kind.name, outcome

    def note(self, kind, data):
        """Writes size and hash of the changed file into the record, as if it had been so."""
        record = json.loads(self.files[kind.record])
        name = os.path.relpath(kind.file, os.path.dirname(kind.record))
        record["files"][name] = {"bytes": len(data), "xxh64": mutations.xxh64(data)}
        samples.write(kind.record, json.dumps(record).encode())

    def command(self, command):
        program = f"{self.options.programs}/{command[0]}"
        start = time.monotonic()
        process = os.posix_spawn(
            program,
            command,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, "messages", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666),
            ],
        )
        try:
            limit(process)
            signal.setitimer(signal.ITIMER_REAL, 10 * SECONDS)
            _, status, usage = os.wait4(process, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, signal.SIGKILL)
                os.wait4(process, 0)
            return "hang", None, 10 * SECONDS
        code = os.waitstatus_to_exitcode(status)
        outcome = {0: "read", 1: "failed", 2: "refused"}.get(code, "crash")
        if (
            code in (-signal.SIGXCPU, -signal.SIGKILL)
            and usage.ru_utime + usage.ru_stime > SECONDS - 1
        ):
            outcome = "hang"
        if usage.ru_maxrss << 10 > MEMORY and outcome != "crash":
            outcome = "memory"
        return outcome, code, time.monotonic() - start

    def keep(self, number, kind, data, what):
        place = f"{self.options.folder}/failures/{kind.name.replace(' ', '-')}-{number}"
        os.makedirs(place, exist_ok=True)
        samples.write(f"{place}/{os.path.basename(kind.file)}", data)
        with open("messages", "rb") as file:
            messages = file.read()[-4000:]
        command = f"{what}\n{kind.file}\n{' '.join(kind.command)}\n"
        samples.write(f"{place}/command", command.encode() + messages)


def check(base, options):
    """Runs every command on the files as they are: each must read them."""
    folder = f"{options.folder}/unchanged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    for command in {kind.command: kind for kind in samples.formats(folder)}:
        done = subprocess.run(
            [f"{options.programs}/{command[0]}", *command[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        for path in ("built", "merged", "measured"):
            shutil.rmtree(f"{folder}/{path}", ignore_errors=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: {done.stderr}")
    shutil.rmtree(folder)


def limit(process):
    """Limits a process to seconds of work: a machine that is busy may take longer for them."""
    try:
        resource.prlimit(process, resource.RLIMIT_CPU, (SECONDS, SECONDS))
    except ProcessLookupError:
        pass


def work(folder, options, numbers, results):
    """Runs cases one after another, in a process of its own with little memory."""
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", SWIFT_BACKTRACE="enable=no")

    def late(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    cases = Cases(folder, options)
    for number in numbers:
        results.put(cases.run(number))
    results.put(None)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--programs", default=".build/release")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--folder", default="mutations")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--every-number", action="store_true")
    parser.add_argument("--case", type=int, help="run this case alone")
    options = parser.parse_args()
    options.programs, options.folder = map(os.path.abspath, (options.programs, options.folder))
    repository = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    base = f"{options.folder}/base"
    if not os.path.exists(base):
        shutil.rmtree(f"{base}.part", ignore_errors=True)
        samples.make(f"{base}.part", options.programs, repository)
        os.rename(f"{base}.part", base)
    shutil.rmtree(f"{options.folder}/failures", ignore_errors=True)
    check(base, options)
    total = len(Cases(base, options))
    numbers = range(total) if options.case is None else [options.case]
    jobs = min(options.jobs, len(numbers))
    results = multiprocessing.Queue()
    for job in range(jobs):
        folder = f"{options.folder}/job-{job}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        multiprocessing.Process(
            target=work, args=(folder, options, numbers[job::jobs], results)
        ).start()
    counts = collections.Counter()
    while jobs:
        result = results.get()
        jobs -= result is None
        counts[result] += 1
        done = sum(counts.values())
        if done % 1000 == 0:
            bad = sum(count for key, count in counts.items() if key and key[1] in BAD)
            print(f"{done} of {len(numbers)}, {bad} bad", file=sys.stderr, flush=True)
    report(counts)
    bad = sum(count for result, count in counts.items() if result and result[1] in BAD)
    if bad:
        print(f"{bad} crashes, hangs or too much memory: see {options.folder}/failures")
    sys.exit(1 if bad else 0)


def report(counts):
    outcomes = ["read", "refused", "failed", "crash", "hang", "memory"]
    print(f"{'format':16}" + "".join(f"{outcome:>9}" for outcome in outcomes))
    names = sorted({result[0] for result in counts if result})
    for name in names:
        print(f"{name:16}" + "".join(f"{counts[name, outcome]:9}" for outcome in outcomes))
    print(
        f"{'all':16}"
        + "".join(f"{sum(counts[name, outcome] for name in names):9}" for outcome in outcomes)
    )


if __name__ == "__main__":
    main()
