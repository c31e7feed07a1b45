"""Writes the pairs from which docs/evaluation.md trains vectors, out of labelled sets.

    python3 scripts/evaluation-pairs.py --data FOLDER --output FOLDER/pairs.jsonl

FOLDER has what recipes/suites/vectors.yaml measures, and beside it questions with their paragraphs
(TyDiQA-GoldP, English), English pairs out of parts of GLUE's training sets (MNLI and SNLI: what
follows; QNLI: the sentence that answers; QQP: the same question), and sentences with their
translations (XNLI's development files, English with --languages). None of these is measured. Every
40th pair of a kind goes to a second file, `pairs-dev.jsonl`.
"""

import argparse
import gzip
import json
import os
import subprocess


def text(path):
    """The text of a plain, gzip or zstd file."""
    for name in (path, path + ".zst", path + ".gz"):
        if not os.path.exists(name):
            continue
        if name.endswith(".zst"):
            return subprocess.run(
                ["zstd", "-dcq", name], capture_output=True, check=True).stdout.decode()
        with (gzip.open if name.endswith(".gz") else open)(name, "rt", encoding="utf-8") as file:
            return file.read()
    raise SystemExit(f"{path}: no such file, plain, .zst or .gz")


def questions(folder):
    """Questions with the paragraphs that answer them."""
    for article in json.loads(text(f"{folder}/qa_tydiqa/tydiqa.goldp.en.train.json"))["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                yield question["question"], paragraph["context"]


def labelled(folder, name, label):
    """Pairs with a label out of a part of GLUE's training sets."""
    for row in json.loads(text(f"{folder}/glue_parts/{name}/train.json")).values():
        if row["label"] == label:
            yield row["text_a"], row["text_b"]


def translations(folder, languages):
    """English sentences with their translations."""
    def sentences(language):
        rows = [line.split("\t") for line in
                text(f"{folder}/nli_xnli/dev-{language}.tsv").splitlines() if line]
        return [sentence for row in rows for sentence in row[:2]]

    english = sentences("en")
    for language in languages:
        yield from dict.fromkeys(zip(english, sentences(language)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="the folder with the sets")
    parser.add_argument("--output", required=True, help="the file to write")
    parser.add_argument("--languages", default="es,ru", help="of translations")
    arguments = parser.parse_args()
    kinds = {
        "questions with paragraphs (TyDiQA)": questions(arguments.data),
        "sentences with what follows (MNLI)": labelled(arguments.data, "MNLI", "entailment"),
        "sentences with what follows (SNLI)": labelled(arguments.data, "SNLI", "entailment"),
        "questions with sentences (QNLI)": labelled(arguments.data, "QNLI", "entailment"),
        "questions asked twice (QQP)": labelled(arguments.data, "QQP", "1"),
        "translations (XNLI)": translations(arguments.data, arguments.languages.split(",")),
    }
    held_out = arguments.output.removesuffix(".jsonl") + "-dev.jsonl"
    with (
        open(arguments.output, "w", encoding="utf-8") as train,
        open(held_out, "w", encoding="utf-8") as dev,
    ):
        for kind, pairs in kinds.items():
            count = 0
            for anchor, positive in pairs:
                row = {"anchor": anchor, "positive": positive}
                count += 1
                file = train if count % 40 else dev
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{count} {kind}")


if __name__ == "__main__":
    main()
