#!/usr/bin/env python3
"""Small runs with max_epochs beside their plans: what each language gave, and what was planned.

    python3 scripts/caps.py --programs .build/release --seeds 20

Languages of 1 to 200 documents are built into shards once. For every seed, runs of several lengths
train a tiny model to its end; the tokens of each language in `metrics.jsonl` are compared with
those of `mmbert plan --json` and with the cap. A sample is taken to be as long as the context, the
longest that there is. Exit code 1 if a source passes its cap, or differs from its plan, by more
than one. Needs the program zstd."""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

CONTEXT = 64
DOCUMENTS = [1, 2, 3, 5, 12, 30, 75, 200]
RECIPE = """
name: caps
seed: {seed}
model: {{vocabulary: 512, hidden: 16, intermediate: 24, layers: 2, heads: 2, max_positions: 64}}
tokenizer: tokenizer
precision: fp32
phases:
  - name: only
    tokens: {tokens}
    context: 64
    mask: {{ratio: 0.3}}
    data: {{manifest: shards/manifest.yaml, temperature: {temperature}, max_epochs: 5}}
    learning_rate: {{peak: 1e-3, shape: constant}}
    batch: {{tokens: {batch}, microbatch: 512}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--programs", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    programs = options.programs.resolve()

    with tempfile.TemporaryDirectory(prefix="mmbert-caps-") as name:
        folder = pathlib.Path(name)

        def run(*command):
            done = subprocess.run([programs / command[0], *command[1:]], cwd=folder,
                                  capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"{' '.join(map(str, command))}: {done.stderr}")
            return done.stdout

        run("mmbert", "data", "synthesize", "--languages", "8", "--bytes", "3M", "--seed", "2",
            "--output", "made")
        run("mmbert", "tokenizer", "train", "--input", "made", "--vocabulary", "512",
            "--output", "tokenizer")
        (folder / "text").mkdir()
        draws = random.Random(7)
        for count, file in zip(DOCUMENTS, sorted((folder / "made").glob("*.jsonl*"))):
            raw = subprocess.run(["zstd", "-dcq", file], capture_output=True).stdout \
                if file.suffix == ".zst" else file.read_bytes()
            words = " ".join(json.loads(line)["text"] for line in raw.decode().splitlines()).split()
            lines, at = [], 0
            for _ in range(count):
                length = draws.randint(4, 1200)
                lines.append(json.dumps({"text": " ".join(words[at:at + length]) or words[0]}))
                at = (at + length) % max(1, len(words) - 1200)
            (folder / "text" / (file.name.split(".")[0] + ".jsonl")).write_text(
                "\n".join(lines) + "\n")
        run("mmbert", "data", "build", "--input", "text", "--tokenizer", "tokenizer",
            "--context", str(CONTEXT), "--output", "shards")

        beyond = worst = 0.0
        runs = 0
        for seed in range(options.seeds):
            for tokens, batch, temperature in [("8k", 1024, 0.3), ("40k", 2048, 0.5),
                                               ("400k", 4096, 0)]:
                (folder / "recipe.yaml").write_text(RECIPE.format(
                    seed=seed, tokens=tokens, batch=batch, temperature=temperature))
                plan = json.loads(run("mmbert", "plan", "recipe.yaml", "--no-calibration",
                                      "--json"))
                planned = {row["language"]: row for row in plan["stages"][0]["languages"]}
                out = f"run-{seed}-{tokens}"
                run("mmbert-train", "--recipe", "recipe.yaml", "--run", out, "--quiet")
                rows = map(json.loads, (folder / out / "metrics.jsonl").read_text().splitlines())
                found = next(row for row in rows if "tokens_by_language" in row)
                for language, row in planned.items():
                    read = found["tokens_by_language"].get(language, 0)
                    beyond = max(beyond, (read - 5 * row["available_tokens"]) / CONTEXT)
                    worst = max(worst, abs(read - row["tokens"]) / CONTEXT)
                runs += 1
                print(f"seed {seed}, {tokens} tokens: at most {beyond:.2f} samples beyond five "
                      f"passes, {worst:.2f} beside the plan", file=sys.stderr, flush=True)
        print(f"{runs} runs: at most {beyond:.2f} samples beyond five passes, at most {worst:.2f} "
              "samples beside the plan")
        sys.exit(1 if beyond > 1 or worst > 1 else 0)


if __name__ == "__main__":
    main()
