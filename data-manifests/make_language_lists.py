"""Writes the language lists of mmBERT's three phases: a code per line, the largest first.

    python3 data-manifests/make_language_lists.py ../shared/facts/languages.csv

The table has a row per language and script (FineWeb2's codes, such as deu_Latn) and says which
phases a row takes part in, and how many tokens mmBERT read of it. Its sources: FineWeb2's language
distribution and mmBERT's statistics/language_counts.csv.
"""

import csv
import pathlib
import sys

PHASES = {
    # file: (membership column, token column, what the list is)
    "pretrain-languages.txt": ("phase1", "tok_pretrain", "pre-training: 60 languages and code"),
    "midtrain-languages.txt": ("phase2", "tok_ext", "mid-training: 109 languages and code"),
    "decay-languages.txt": ("phase3", "tok_decay_all", "decay: 1,833 languages and code"),
}


def phase_codes(rows, membership, tokens):
    """Codes of the rows in a phase, by falling token count, then by code."""
    members = [row for row in rows if row[membership] == "true"]
    members.sort(key=lambda row: (-int(row[tokens] or 0), row["code"]))
    return [row["code"] for row in members]


def list_text(codes, description):
    """The list as recipes read it; lines that begin with # do not count."""
    lines = [
        f"# Languages of mmBERT's {description}; {len(codes)} entries,",
        "# as several scripts of a language count apart. Made by make_language_lists.py.",
    ]
    return "\n".join(lines + codes) + "\n"


def main(table):
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    folder = pathlib.Path(__file__).parent
    for name, (membership, tokens, description) in PHASES.items():
        codes = phase_codes(rows, membership, tokens)
        (folder / name).write_text(list_text(codes, description), encoding="utf-8")
        print(f"{name}: {len(codes)} entries")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
