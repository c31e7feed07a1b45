"""Writes real-sets.tsv: what Python's own readers find in public labelled sets.

    pip install zstandard
    python count_real_sets.py FOLDER

FOLDER has the sets as they are published, perhaps compressed (.gz, .zst). Of each file the table
has: how it is read, the examples, how often each label occurs, and the SHA-256 of all examples:
their fields parted by U+001F, each example ended by U+001E. No text is in it.
"""
import collections
import csv
import gzip
import hashlib
import io
import json
import pathlib
import sys

import zstandard

here = pathlib.Path(__file__).parent
root = pathlib.Path(sys.argv[1])
csv.field_size_limit(1 << 30)

# The columns of the text, the second text and the label, and the names of labels by number.
GLUE = {
    "cola": (["sentence"], "label", ["unacceptable", "acceptable"]),
    "sst2": (["sentence"], "label", ["negative", "positive"]),
    "mrpc": (["#1 String", "#2 String"], "Quality", ["not_equivalent", "equivalent"]),
    "stsb": (["sentence1", "sentence2"], "score", None),
    "qnli": (["question", "sentence"], "label", []),
    "rte": (["sentence1", "sentence2"], "label", []),
    "wnli": (["sentence1", "sentence2"], "label", ["not_entailment", "entailment"]),
}


def content(path):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data.decode("utf-8-sig")


def table(path, columns=None):
    rows = csv.reader(
        io.StringIO(content(path), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    names = columns or next(rows)
    return [dict(zip(names, row, strict=True)) for row in rows]


def glue(path, task):
    texts, label, names = GLUE[task]
    unnamed = task == "cola" and "test" not in path.name
    rows = table(path, ["source", "label", "mark", "sentence"] if unnamed else None)
    for row in rows:
        value = row.get(label, "")
        if names and value:
            value = names[int(value)]
        yield [row[text] for text in texts], value, None if names is None else [value]


def pairs(path, _):
    for row in table(path, ["first", "second", "label"]):
        yield [row["first"], row["second"]], row["label"], [row["label"]]


def named_pairs(path, _):
    for row in table(path):
        yield [row["premise"], row["hypothesis"]], row["label"], [row["label"]]


def tagged(path, _):
    sentence = []
    for line in content(path).split("\n") + [""]:
        if line:
            sentence.append(line.split("\t"))
        elif sentence:
            words, tags = [row[0] for row in sentence], [row[1] for row in sentence]
            yield words, " ".join(tags), tags
            sentence = []


def squad(path, _):
    for article in json.loads(content(path))["data"]:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            for question in paragraph["qas"]:
                answers = []
                for answer in question["answers"]:
                    if not answer["text"]:
                        continue
                    start = answer["answer_start"]
                    assert context[start:start + len(answer["text"])] == answer["text"]
                    answers.append(f"{start} {answer['text']}")
                fields = [str(question["id"]), context, question["question"]]
                yield fields, " ".join(answers), []


def choices(path, _):
    for line in content(path).split("\n"):
        if line:
            row = json.loads(line)
            fields = [row["premise"], row["question"], row["choice1"], row["choice2"]]
            yield fields, str(row["label"]), [str(row["label"])]


def sentences(path, _):
    for row in table(path):
        yield [row["sentence"]], row["is_counterfactual"], [row["is_counterfactual"]]


def quoted(path, _):
    for row in csv.DictReader(io.StringIO(content(path), newline="")):
        yield [row["text"]], row["category"], [row["category"]]


def scored(path, _):
    for row in table(path, ["score", "first", "second"]):
        yield [row["first"], row["second"]], repr(float(row["score"])), None


def parts(path, detail):
    for row in json.loads(content(path)).values():
        texts = [row["text_a"]] + ([row["text_b"]] if detail != "single" else [])
        if detail == "scores":
            yield texts, repr(float(row["label"])), None
        else:
            yield texts, row["label"], [row["label"]]


def rows(path):
    return [json.loads(line) for line in content(path).split("\n") if line]


def single(path, _):
    for row in rows(path):
        yield [row["text"]], row["label"], [row["label"]]


def scored_rows(path, _):
    for row in rows(path):
        yield [row["sentence1"], row["sentence2"]], repr(float(row["score"])), None


def tagged_rows(path, _):
    for row in rows(path):
        yield row["tokens"], " ".join(row["tags"]), row["tags"]


def flat(path, _):
    for row in rows(path):
        answers = [f"{one['answer_start']} {one['text']}" for one in row["answers"]]
        yield [row["id"], row["context"], row["question"]], " ".join(answers), []


READERS = {
    "quoted": quoted, "sentences": sentences, "scored": scored, "parts": parts,
    "single": single, "scored-rows": scored_rows, "tagged-rows": tagged_rows, "flat": flat,
    "glue": glue, "pairs": pairs, "named-pairs": named_pairs, "conll": tagged, "squad": squad,
    "choices": choices,
}

FILES = """
glue:cola glue/CoLA/train.tsv.zst
glue:cola glue/CoLA/dev.tsv
glue:cola glue/CoLA/test.tsv
glue:sst2 glue/SST-2/dev.tsv.zst
glue:sst2 glue/SST-2/test.tsv.zst
glue:mrpc glue/MRPC/train.tsv.zst
glue:mrpc glue/MRPC/dev.tsv.zst
glue:stsb glue/STS-B/dev.tsv.zst
glue:qnli glue/QNLI/dev.tsv.zst
glue:qnli glue/QNLI/test.tsv.zst
glue:rte glue/RTE/train.tsv.zst
glue:rte glue/RTE/dev.tsv.zst
glue:rte glue/RTE/test.tsv.zst
glue:wnli glue/WNLI/train.tsv.zst
glue:wnli glue/WNLI/dev.tsv
glue:wnli glue/WNLI/test.tsv
pairs:xnli nli_xnli/dev-ar.tsv.zst
pairs:xnli nli_xnli/dev-en.tsv.zst
pairs:xnli nli_xnli/dev-th.tsv.zst
pairs:xnli nli_xnli/dev-zh.tsv.zst
pairs:paws-x pairs_pawsx/dev-de.tsv.zst
pairs:paws-x pairs_pawsx/dev-en.tsv.zst
pairs:paws-x pairs_pawsx/dev-ko.tsv.zst
named-pairs nli_americas/dev/aym.tsv.zst
named-pairs nli_americas/dev/oto.tsv
conll ner_wikiann/dev-ar.tsv.zst
conll ner_wikiann/dev-ja.tsv.zst
conll ner_wikiann/dev-my.tsv
conll ner_wikiann/dev-yo.tsv
conll ner_wikiann/dev-zh.tsv.zst
squad qa_tydiqa/tydiqa.goldp.ar.dev.json.gz
squad qa_tydiqa/tydiqa.goldp.en.train.json.gz
squad qa_tydiqa/tydiqa.goldp.ko.train.json.gz
squad qa_tydiqa/tydiqa.goldp.sw.train.json.gz
squad qa_amqa/test_data.json.gz
choices choice_copa_en/train.en.jsonl
sentences class_counterfactual_en/EN-ext_valid.tsv.zst
sentences class_counterfactual_en/EN_valid.tsv
quoted class_banking77/test.csv.zst
quoted class_banking77/train.csv.zst
scored sts_semeval/2012/OnWN.test.tsv.zst
scored sts_semeval/2012/SMTnews.test.tsv
parts:pairs glue_parts/MNLI/dev.json.zst
parts:pairs glue_parts/QQP/dev.json.zst
parts:single glue_parts/SST-2/dev.json.zst
parts:scores glue_parts/STS-B/dev.json.zst
single topic_sib200/zul_Latn.dev.jsonl.zst
scored-rows sts_stsb_multi/deu_Latn.dev.jsonl.zst
tagged-rows pos_ud/eng_Latn-EWT.dev.jsonl.zst
tagged-rows pos_ud/cmn_Hani-GSDSimp.dev.jsonl.zst
flat qa_xquad/tha_Thai.jsonl.zst
flat qa_xquad/eng_Latn.jsonl.zst
"""

lines = ["format\tfile\texamples\tlabels\tsha256"]
for line in FILES.split("\n"):
    if not line:
        continue
    form, name = line.split(" ")
    kind, _, detail = form.partition(":")
    digest, labels, count = hashlib.sha256(), collections.Counter(), 0
    for fields, label, counted in READERS[kind](root / name, detail):
        if kind == "glue" and counted is None:
            label = repr(float(label)) if label else ""
        digest.update(("\x1f".join(fields + [label]) + "\x1e").encode())
        labels.update(value for value in counted or [] if value)
        count += 1
    shown = " ".join(f"{name}={labels[name]}" for name in sorted(labels))
    lines.append(f"{form}\t{name}\t{count}\t{shown}\t{digest.hexdigest()}")
(here / "real-sets.tsv").write_text("\n".join(lines) + "\n")
