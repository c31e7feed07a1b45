"""The table of scripts/new-vocabulary.sh: held-out loss before and after the first steps.

Usage: new_vocabulary_table.py FOLDER LANGUAGE ...
"""

import json
import pathlib
import sys

CASES = [
    "mean-of-pieces@2e-3", "shared-pieces@2e-3", "nothing@2e-3", "mean-of-pieces@5e-4",
    "shared-pieces@5e-4",
]
STEPS = [0, 100, 1000]


def losses(run: pathlib.Path, language: str) -> dict[int, float]:
    """The held-out loss of a language by the steps after which it was measured."""
    found = {}
    for line in (run / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["type"] == "evaluation":
            found[record["step"]] = record["losses"][language]
    return found


def main() -> None:
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    steps = " | ".join(f"{step:,} steps" for step in STEPS)
    print(f"| language | old model | peak rate | {steps} |")
    print("|---|---|---|" + "---:|" * len(STEPS))
    for language in sys.argv[2:]:
        for case in CASES:
            measured = losses(folder / language / case, language)
            way, rate = case.split("@")
            # Batches are nearly full, so that evaluations fall a few steps beside round numbers.
            steps = [min(measured, key=lambda step: abs(step - wanted)) for wanted in STEPS]
            if any(abs(step - wanted) > wanted / 20 for step, wanted in zip(steps, STEPS)):
                sys.exit(f"{language}, {case}: evaluated after {sorted(measured)} steps")
            cells = " | ".join(f"{measured[step]:.2f}" for step in steps)
            print(f"| `{language}` | {way} | {rate} | {cells} |")


if __name__ == "__main__":
    main()
