"""Writes the fixtures beside this file: made-up text in the public formats of labelled sets.

    pip install zstandard
    python make_labelled_text.py

glue/      the columns of GLUE's files, with and without byte order mark, CRLF, compressed
tagged/    words and tags: CoNLL's columns, Universal NER, CoNLL-U
pairs/     XTREME's pairs, tables with and without names, JSON rows
retrieval/ a folder in BEIR's form, with TREC's judgements and candidates; rows with candidates,
           with lists of labels; aligned lines
squad/     questions: versions 1.1 and 2.0, flat rows, offsets that count other units
"""
import gzip
import json
import pathlib

import zstandard

here = pathlib.Path(__file__).parent


def write(name, text, mark="", ends="\n"):
    path = here / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (mark + text.replace("\n", ends)).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    if path.suffix == ".zst":
        data = zstandard.ZstdCompressor().compress(data)
    path.write_bytes(data)


def table(*rows):
    return "".join("\t".join(str(field) for field in row) + "\n" for row in rows)


def glue():
    write("glue/cola-train.tsv", table(
        ("ab01", 1, "", "Tova lamps the river."),
        ("ab01", 0, "*", "River the lamps tova tova."),
        ("ab02", 1, "", 'A "quoted lamp was "there.')))
    write("glue/cola-test.tsv.gz", table(
        ("index", "sentence"), (0, "Tova lamps."), (1, "Lamps \"tova.")))
    write("glue/mrpc.tsv.zst", table(
        ("Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"),
        (1, 11, 12, '" Tova , he said .', "Tova , said he ."),
        (0, 13, 14, "Öre lamp .", "A river 's \"lamp\" .")), mark="\ufeff", ends="\r\n")
    write("glue/stsb.tsv", table(
        ("index", "genre", "filename", "year", "old_index", "source1", "source2", "sentence1",
         "sentence2", "score"),
        (0, "made", "up", "2001", "0000", "none", "none", "A lamp.", "A lamp.", "5.000"),
        (1, "made", "up", "2001", "0001", "none", "none", "A lamp.", "Tova.", "0.2")))
    write("glue/qqp.tsv", table(
        ("id", "qid1", "qid2", "question1", "question2", "is_duplicate"),
        (7, 1, 2, "Is tova a lamp?", "Are lamps tova?", 1),
        (8, 3, 4, "Short row?"),
        (9, 5, 6, "What is öre?", "", 0)))
    columns = ("index", "promptID", "pairID", "genre", "sentence1_binary_parse",
               "sentence2_binary_parse", "sentence1_parse", "sentence2_parse", "sentence1",
               "sentence2", "label1", "gold_label")
    rest = ("p", "q", "made", "( A )", "( B )", "(S A)", "(S B)")
    write("glue/mnli.tsv", table(
        columns,
        (0, *rest, "Tova slept.", "Tova was awake.", "contradiction", "contradiction"),
        (1, *rest, "Tova slept.", "Tova is old.", "neutral", "-"),
        (2, *rest, "Tova slept.", "She slept.", "entailment", "entailment")))
    write("glue/mnli-hub.tsv", table(
        ("premise", "hypothesis", "label", "idx"),
        ("Tova slept.", "She slept.", 0, 20), ("Tova slept.", "Tova is old.", 1, 21),
        ("Tova slept.", "Tova was awake.", 2, 22), ("Tova slept.", "Lamps.", -1, 23)))


def tagged():
    write("tagged/iob2.txt", "-DOCSTART- -X- O O\n\nTova NN B-PER\nsaw VB O\nOld JJ B-LOC\n"
          "River NN I-LOC\n. . O\n\nLamps NN O\n".replace("-X- O O", "-X- O"), ends="\r\n")
    write("tagged/iob1.txt", "Tova\tI-PER\nOre\tB-PER\nsaw\tO\nOld\tI-LOC\nRiver\tI-LOC\n\n")
    write("tagged/bioes.txt.gz", "Tova\tS-PER\nsaw\tO\nOld\tB-LOC\nRiver\tE-LOC\n\n")
    write("tagged/panx.tsv", "xx:Tova\tB-PER\nxx::\tO\n\nxx:Lamps\tO\n\n")
    write("tagged/uner.iob2", "# sent_id = m-1\n# text = Tova #1\n1\tTova\tB-PER\t-\t-\n"
          "2\t#1\tO\t-\t-\n\n# sent_id = m-2\n1\tLamps\tO\t-\t-\n\n")
    row = "{}\t{}\t{}\t{}\t_\t_\t0\t_\t_\t{}\n"
    write("tagged/made.conllu", "# sent_id = u-1\n# text = Tova's dal.\n"
          + row.format(1, "Tova", "tova", "PROPN", "SpaceAfter=No")
          + row.format(2, "'s", "'s", "PART", "_")
          + row.format("3-4", "dal", "_", "_", "SpaceAfter=No")
          + row.format(3, "da", "da", "ADP", "_")
          + row.format(4, "l", "el", "DET", "_")
          + row.format("4.1", "empty", "empty", "VERB", "_")
          + row.format(5, ".", ".", "PUNCT", "_") + "\n")


def squad():
    # 𐓏 has two units of UTF-16 and four bytes of UTF-8; the last accent is a code point.
    context = "𐓏𐓘 lamps the café. Öre sleeps, öre\u0301 wakes."

    def at(text, start):
        return {"text": text, "answer_start": start}

    def units(text):
        return len(context[:context.index(text)].encode("utf-16-le")) // 2

    right = [at(text, context.index(text)) for text in ("𐓏𐓘", "café", "wakes")]

    def question(number, answers, **more):
        return {"id": number, "question": f"Who is {number}?", "answers": answers, **more}

    def document(*questions, **more):
        # As some annotators' tools write it, the questions come before their context.
        paragraph = {"qas": list(questions), "context": context}
        return {"data": [{"title": "made", "paragraphs": [paragraph]}], **more}

    write("squad/v1.json", json.dumps(
        document(question("a", right[:1]), question(2, right[1:]), version="1.1"), indent=1))
    write("squad/v2.json.gz", json.dumps(document(
        question("a", right[:1], is_impossible=False),
        question("b", [], is_impossible=True, plausible_answers=right[1:2]), version="v2.0")))
    offsets = document(
        question("utf16", [at("wakes", units("wakes"))]),
        question("bytes", [at("wakes", len(context[:context.index("wakes")].encode()))]),
        question("near", [at("re", context.index("re") + 1)]),
        question("far", [at("re", 10_000)]), question("before", [at("re", -5)]),
        question("absent", [at("river", 3)]))
    withheld = document(question("a", [at("", 0)]), question("b", [at("", -1)]))
    write("squad/withheld.json", json.dumps(withheld))
    write("squad/offsets.json", json.dumps(offsets))
    flat = [
        {"id": "a", "title": "made", "context": context, "question": "Who?",
         "answers": {"text": ["𐓏𐓘", "wakes"],
                     "answer_start": [0, context.index("wakes")]}},
        {"id": "b", "title": "made", "context": context, "question": "Why?", "answers": right[1:2]},
        {"id": "c", "title": "made", "context": context, "question": "When?", "answers": []},
        {"id": "a", "title": "made", "context": context, "question": "Where?"}]
    write("squad/flat.jsonl.zst", "".join(json.dumps(row) + "\n" for row in flat))
    write("squad/rows.json", json.dumps({row["question"]: row for row in flat}, indent=1))
    columns = {key: [row.get(key) for row in flat] for key in flat[0]}
    write("squad/columns.json", json.dumps(columns, ensure_ascii=False), mark="\ufeff")


def pairs():
    write("pairs/xnli.tsv", table(
        ("Tova slept.", 'She "slept.', "entailment"),
        ("Tova slept.", "Tova was awake.", "contradictory"),
        ("Tova slept.", "Tova is old.", "Neutral")))
    write("pairs/xnli-test.tsv.zst", table(("Tova slept.", "She slept."), ("A", "B")))
    write("pairs/paws-x.tsv", table(("Tova sees Öre.", "Öre sees Tova.", 0), ("NS", "A", 0),
                                    ("A", "A", 1)), ends="\r\n")
    write("pairs/scores.tsv", table((2.5, "A lamp.", "Tova."), (5, "A lamp.", "A lamp.")))
    write("pairs/named.tsv", table(
        ("language", "premise", "Hypothesis", "label"), ("xx", "A", "B", "neutral")))
    texts = [{"text": "A \"lamp\".", "label": "sad", "id": 7}, {"text": "Öre\n!", "label": -1},
             {"text": "Tova.", "label": "glad"}]
    write("pairs/single.jsonl.gz", "".join(json.dumps(row) + "\n" for row in texts))
    write("pairs/list.json", json.dumps(texts, indent=2))
    choices = [{"premise": "Tova woke.", "choice1": "It was day.", "choice2": "It was night.",
                "question": "cause", "label": 0, "idx": 3, "changed": False},
               {"premise": "A lamp fell.", "choice1": "It broke.", "choice2": "It slept.",
                "question": "effect", "idx": 4}]
    write("pairs/choices.jsonl", "".join(json.dumps(row) + "\n" for row in choices))
    sentences = [{"id": "s", "text": "Tova's  lamp.", "tokens": ["Tova", "'s", "lamp", "."],
                  "tags": ["B-PER", "O", "O", "O"]}, {"tokens": ["Öre"], "tags": ["O"]}]
    write("tagged/rows.jsonl", "".join(json.dumps(row) + "\n" for row in sentences))


def retrieval():
    def lines(name, rows):
        write(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    lines("retrieval/corpus.jsonl", [
        {"_id": "d1", "title": "Lamps", "text": " of Öre"}, {"_id": "d2", "text": "Tova slept."},
        {"_id": 3, "title": "", "text": "A \"lamp\" fell."}, {"_id": "d4", "text": ""}])
    lines("retrieval/queries.jsonl", [
        {"_id": "q1", "text": "lamps?"}, {"_id": "q2", "text": "Who slept?"},
        {"_id": "q3", "text": "Why?"}])
    write("retrieval/qrels/test.tsv", table(
        ("query-id", "corpus-id", "score"), ("q1", "d1", 2), ("q1", "3", 1), ("q2", "d2", 1),
        ("q3", "d2", 0)))
    write("retrieval/qrels/old.trec", "q1 0 d1 2\nq1 0 3 1\nq2 0 d2 1\n")
    lines("retrieval/top_ranked/test.jsonl", [
        {"query-id": "q1", "corpus-ids": ["d2", "d1"]},
        {"query-id": "q2", "corpus-ids": ["d4", "d2", 3]}])
    lines("retrieval/order.jsonl", [
        {"query": "lamps?", "positive": ["A lamp."], "negative": ["Tova.", "Öre"]},
        {"query": "Who?", "positive": [], "negative": ["A"]}])
    lines("retrieval/lists.jsonl", [
        {"text": "Tova slept.", "label": ["sleep", "Tova"]}, {"text": "Öre", "label": []}])
    lines("retrieval/levels.jsonl", [
        {"sentences": "Tova slept.", "labels": ["a", "a1"]}, {"sentences": "A lamp.", "labels": "b"}])
    write("retrieval/lines.txt", "Tova slept.\n\nA lamp fell.\n")


glue()
retrieval()
pairs()
tagged()
squad()
