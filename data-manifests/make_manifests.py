"""Writes the manifests and language lists of mmBERT's phases from the two tables in tables/.

    python3 data-manifests/make_manifests.py            write them
    python3 data-manifests/make_manifests.py --check    say what differs; exit code 1 if any does

tables/languages.csv has a row per language and script with FineWeb2's sizes and the tokens that
mmBERT read of it; tables/sources.csv has a row per source of the published mixtures. README.md says
where both are from.
"""

import csv
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent

# FineWeb2's sizes are bytes of text. A token of Gemma 2's vocabulary is about so many; shares by
# temperature do not depend on it, caps by epochs do.
BYTES_PER_TOKEN = 4

RELEASES = {
    "pretrain": "jhu-clsp/mmBERT-pretrain-p1-fineweb2-langs, -p2-fineweb2-remaining, -p3-others",
    "midtrain": "jhu-clsp/mmBERT-midtraining-data",
    "decay-english": "jhu-clsp/mmBERT-decay-data",
    "decay-continued": None,
    "decay-all": None,
}


class Phase:
    """A published mixture: the columns of its languages, its sources and its counts."""

    def __init__(self, name, title, membership, counts, sources, context):
        self.name, self.title, self.context = name, title, context
        self.membership, self.counts, self.sources = membership, counts, sources

    def published(self, source, languages):
        """Tokens of a source in this mixture; None where it takes no part.

        The table of sources is published for the decay Decay-Cont alone. For its two sisters the
        tokens by language are: each kind of source (English, code, the rest) is scaled so that its
        sum moves as these do.
        """
        billions = source[self.sources]
        if not billions:
            return None
        tokens = float(billions) * 1e9
        if self.sources == "decay_continued" and self.counts != "tok_decay_cont":
            kind = source["kind"]
            tokens *= count(languages, self.counts, kind)
            tokens /= count(languages, "tok_decay_cont", kind)
        return round(tokens)


PHASES = [
    Phase("pretrain", "pre-training", "phase1", "tok_pretrain", "pretrain", 1024),
    Phase("midtrain", "mid-training", "phase2", "tok_ext", "midtrain", 8192),
    Phase(
        "decay-english", "Decay-Eng", "phase2", "tok_decay_eng", "decay_continued", 8192),
    Phase(
        "decay-continued", "Decay-Cont", "phase2", "tok_decay_cont", "decay_continued", 8192),
    Phase("decay-all", "Decay-All", "phase3", "tok_decay_all", "decay_continued", 8192),
]

LISTS = {
    # file: (membership, counts, whether English and code are left out, what the list is)
    "pretrain-languages.txt": ("phase1", "tok_pretrain", False, "60 languages and code"),
    "midtrain-languages.txt": ("phase2", "tok_ext", False, "109 languages and code"),
    "decay-languages.txt": ("phase3", "tok_decay_all", False, "1,833 languages and code"),
    "pretrain-fineweb2.txt": ("phase1", "tok_pretrain", True, "59 languages from FineWeb2"),
    "midtrain-fineweb2.txt": ("phase2", "tok_ext", True, "108 languages from FineWeb2"),
    "decay-fineweb2.txt": ("phase3", "tok_decay_all", True, "1,832 languages from FineWeb2"),
}


def count(languages, column, kind):
    """Tokens that a mixture has of English, of code, or of everything else."""
    kinds = {"eng_Latn": "english", "code": "code"}
    return sum(
        int(row[column] or 0) for row in languages if kinds.get(row["code"], "web") == kind)


def members(languages, membership, counts, only_fineweb2):
    """Rows of the languages in a phase, by falling token count, then by code."""
    rows = [row for row in languages if row[membership] == "true"]
    if only_fineweb2:
        rows = [row for row in rows if row["code"] not in ("eng_Latn", "code")]
    return sorted(rows, key=lambda row: (-int(row[counts] or 0), row["code"]))


def list_text(languages, membership, counts, only_fineweb2, description):
    """A list as recipes read it; lines that begin with # do not count."""
    codes = [row["code"] for row in members(languages, membership, counts, only_fineweb2)]
    phase = {"phase1": "pre-training", "phase2": "mid-training", "phase3": "decay"}[membership]
    lines = [
        f"# Languages of mmBERT's {phase}: {description}; {len(codes)} entries,",
        "# as several scripts of a language count apart. Made by make_manifests.py.",
    ]
    return "\n".join(lines + codes) + "\n"


def language_line(phase, row):
    """FineWeb2 in one language. Where it gives no size, the published tokens stand for it."""
    published = int(row[phase.counts] or 0)
    size = int(row["utf8_bytes"] or published * BYTES_PER_TOKEN)
    tokens = max(1, size // BYTES_PER_TOKEN)
    documents = max(1, int(row["documents"] or 0))
    line = source_line(phase, row["code"], None, documents, tokens, size)
    return f"{line} # {row['name']}; published: {published}"


def source_line(phase, language, name, documents, tokens, size):
    """A source; a sample is a document, or as many as it takes at the phase's context."""
    samples = min(tokens, max(documents, -(-tokens // phase.context)))
    named = f"name: {name}, " if name else ""
    return (
        f"  - {{language: {language}, {named}folder: shards/{phase.name}/{name or language}, "
        f"documents: {documents}, samples: {samples}, tokens: {tokens}, bytes: {size}}}"
    )


def manifest_text(phase, languages, sources):
    """The manifest of a phase: what each source had, where it is from, under which licence."""
    rows = members(languages, phase.membership, phase.counts, True)
    taking_part = [(s, t) for s in sources if (t := phase.published(s, languages)) is not None]
    released = RELEASES[phase.name]
    isocodes = {row["iso639_3"] for row in rows} | {"eng"}
    lines = [
        f"# What mmBERT read in its {phase.title}: {len(isocodes):,} languages and code.",
        "# Made by make_manifests.py; README.md says what the numbers mean and where they are from.",
        "# Enough for `mmbert plan`; to train, name a manifest that `mmbert data build` wrote.",
        f"# Released data: {released or 'none for this mixture'}.",
        "#",
        "# source: published tokens, origin, licence (look at the origin's card before use)",
    ]
    for source, tokens in taking_part:
        lines.append(
            f"#   {source['name']} ({source['title']}): {tokens / 1e9:.1f}B, "
            f"{source['upstream']}, {source['licence']}")
        if folders := released_folders(source, phase):
            lines.append(f"#     released as {folders}")
    lines += [
        "version: 1",
        "tokenizer: ../tokenizers/gemma2",
        "vocabulary: 256000",
        f"context: {phase.context}",
        "sources:",
    ]
    for source, tokens in taking_part:
        if source["language"] == "*":
            continue
        lines.append(
            source_line(
                phase, source["language"], source["name"], 1, tokens, tokens * BYTES_PER_TOKEN))
    lines += [language_line(phase, row) for row in rows]
    return "\n".join(lines) + "\n"


def released_folders(source, phase):
    """Where the source lies among the released data of the phase, as far as is known."""
    for part in source["released"].split("; "):
        name, _, folders = part.partition(": ")
        if folders and name == {"decay-english": "decay"}.get(phase.name, phase.name):
            return folders
    return None


def table(name):
    with open(FOLDER / "tables" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def outputs():
    """Every file with its text."""
    languages, sources = table("languages.csv"), table("sources.csv")
    texts = {name: list_text(languages, *choice) for name, choice in LISTS.items()}
    for phase in PHASES:
        texts[phase.name + ".yaml"] = manifest_text(phase, languages, sources)
    return texts


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    different = []
    for name, text in outputs().items():
        path = FOLDER / name
        if arguments:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                different.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if different:
        sys.exit("other than the tables say: " + ", ".join(different))


if __name__ == "__main__":
    main(sys.argv[1:])
