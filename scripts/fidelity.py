"""Compares the tokens per language that `mmbert plan` gives with those that were published.

    mmbert plan recipes/mmbert-base.yaml --json --no-calibration >plan.json
    python3 scripts/fidelity.py plan.json                    print the tables of docs/fidelity.md
    python3 scripts/fidelity.py plan.json --check            check that the page has these tables

Tokens were published by ISO 639-3 code, so the plan's languages are added up over scripts. English
and code come from other sources with fixed shares and are left out. A ratio is the plan's share
among the languages from FineWeb2 divided by the published share among them; 1 is agreement.
"""

import csv
import json
import math
import pathlib
import statistics
import sys
import textwrap

ROOT = pathlib.Path(__file__).parent.parent
COLUMNS = {
    "pretrain": "tok_pretrain",
    "midtrain": "tok_ext",
    "decay-english": "tok_decay_eng",
    "decay-continued": "tok_decay_cont",
    "decay-all-languages": "tok_decay_all",
}
# From mid-training on these were read from FineWeb2-HQ, a selection by quality.
SELECTED = set("arb ces cmn dan deu ell fas fra hun ind ita jpn nld pol por rus spa swe tur vie".split())
# Characters of these scripts take three bytes in UTF-8.
THREE_BYTES = set("Beng Deva Ethi Geor Gujr Guru Khmr Knda Laoo Mlym Mymr Orya Sinh Taml Telu Thai Tibt".split())
SCRIPTS = {
    "Latin": {"Latn"},
    "Cyrillic, Greek, Armenian": {"Cyrl", "Grek", "Armn"},
    "Arabic, Hebrew": {"Arab", "Hebr"},
    "Chinese, Japanese, Korean": {"Hani", "Jpan", "Hang"},
    "others of three bytes a character": THREE_BYTES,
}


class Language:
    """A language of one phase: what was planned and what was published."""

    def __init__(self, code):
        self.code, self.planned, self.published, self.size = code, 0.0, 0, 0
        self.is_capped, self.scripts = False, set()


def languages(stage, table):
    """The languages from FineWeb2 that both have, by ISO code."""
    found = {}
    rows = {row["code"]: row for row in table}
    for row in table:
        language = found.setdefault(row["iso639_3"], Language(row["iso639_3"]))
        language.published += int(row[COLUMNS[stage["name"]]] or 0)
        language.size += int(row["utf8_bytes"] or 0)
    for entry in stage["languages"]:
        if row := rows.get(entry["language"]):
            language = found[row["iso639_3"]]
            language.planned += entry["tokens"]
            language.is_capped |= entry["is_capped"]
            language.scripts.add(row["script"])
    return [
        language for language in found.values()
        if language.planned and language.published and language.code not in ("eng", "code")]


def with_ratios(chosen):
    planned = sum(language.planned for language in chosen)
    published = sum(language.published for language in chosen)
    for language in chosen:
        language.ratio = language.planned / planned * published / language.published
    return chosen


def ranks(values):
    """Ranks from 0; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result, first = [0.0] * len(values), 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in order[first : last + 1]:
            result[place] = (first + last) / 2
        first = last + 1
    return result


def correlation(a, b):
    mean_a, mean_b = statistics.fmean(a), statistics.fmean(b)
    top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    return top / math.sqrt(
        sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))


def median(chosen):
    return f"{statistics.median(l.ratio for l in chosen):.2f}" if chosen else "–"


def table_text(headings, rows):
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" + "---:|" * (len(headings) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def agreement(phases):
    """Correlations and ratios of every phase."""
    rows = []
    for name, chosen in phases.items():
        ratios = sorted(language.ratio for language in chosen)
        quarter = len(ratios) // 4
        free = [language for language in chosen if not language.is_capped]
        rows.append([
            name, f"{len(chosen):,}",
            f"{correlation(ranks([l.planned for l in chosen]), ranks([l.published for l in chosen])):.3f}",
            median(chosen), f"{ratios[quarter]:.2f} – {ratios[-1 - quarter]:.2f}",
            f"{sum(0.5 <= ratio <= 2 for ratio in ratios):,}", f"{len(free):,}", median(free)])
    return table_text(
        ["phase", "languages", "rank correlation", "median ratio", "middle half", "within a factor of 2",
         "not capped", "their median ratio"], rows)


def cause(language):
    """Why a ratio is beyond a factor of 2, as far as the tables tell."""
    if not language.size:
        return "no size in FineWeb2's table; the published count stands for it"
    if language.ratio < 1 and language.published > 5 * language.size / 4:
        return "published count above five passes of FineWeb2's size: other or other versions' data"
    if language.is_capped:
        return "at the cap of five passes"
    if language.ratio > 1 and language.planned > 1.5 * language.size / 4:
        return "near the cap: 1.5 to 5 passes here, fewer published"
    return "none of these"


def exceptions(phases):
    """Ratios beyond a factor of 2 by their cause."""
    rows = []
    for name, chosen in phases.items():
        beyond = [l for l in chosen if not 0.5 <= l.ratio <= 2]
        for reason in sorted({cause(l) for l in beyond}):
            those = sorted((l for l in beyond if cause(l) == reason), key=lambda l: -l.published)
            names = " ".join(f"{l.code} {l.ratio:.2f}" for l in those[:6])
            rows.append([
                name, reason, f"{len(those):,}", names + (" …" if len(those) > 6 else "")])
    return "\n".join(
        ["| phase | cause | languages | the largest, with their ratios |", "|---|---|---:|---|"]
        + ["| " + " | ".join(row) + " |" for row in rows])


def by_script(phases):
    """Median ratios of languages that are not capped, by the width of their script."""
    rows = []
    for title, scripts in SCRIPTS.items():
        rows.append([title] + [
            median([l for l in chosen if not l.is_capped and l.scripts <= scripts])
            for chosen in phases.values()])
    rows.append(["selected by quality (FineWeb2-HQ)"] + [
        median([l for l in chosen if l.code in SELECTED]) for chosen in phases.values()])
    return table_text(["median ratio, not capped"] + list(phases), rows)


def passes(phases):
    """How often the capped languages of Decay-All must have been read, if sizes are right."""
    chosen = [l for l in phases["decay-all-languages"] if l.is_capped and l.size]
    times = sorted(language.published / (language.size / 4) for language in chosen)
    by_three = sum(l.published % 3 == 0 for l in chosen)
    quarter = len(times) // 4
    return textwrap.fill(
        f"{len(chosen):,} languages of Decay-All are capped; published tokens are "
        f"{statistics.median(times):.2f} times their size at four bytes a token (middle half "
        f"{times[quarter]:.2f} – {times[-1 - quarter]:.2f}), and {by_three:,} of these counts "
        "are multiples of three.",
        width=100, break_on_hyphens=False)


def main(arguments):
    if len(arguments) not in (1, 2) or arguments[0].startswith("-") or arguments[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        plan = json.load(file)
    path = ROOT / "data-manifests/tables/languages.csv"
    with open(path, encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    phases = {
        stage["name"]: with_ratios(languages(stage, table)) for stage in plan["stages"]}
    parts = [agreement(phases), exceptions(phases), by_script(phases), passes(phases)]
    if len(arguments) == 1:
        print("\n\n".join(parts))
        return
    page = (ROOT / "docs/fidelity.md").read_text(encoding="utf-8")
    if missing := [part.splitlines()[0] for part in parts if part not in page]:
        sys.exit("docs/fidelity.md differs from this plan in: " + "; ".join(missing))


if __name__ == "__main__":
    main(sys.argv[1:])
