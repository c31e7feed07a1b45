"""Writes classification.json, regression.json, multilabel.json, tagging.json and intervals.json:
small made-up references and predictions, and what scikit-learn, scipy, seqeval and numpy say of
them. Numbers are null where they are undefined.

    pip install numpy==2.4.6 scikit-learn==1.9.1 scipy==1.17.1 seqeval==1.2.2
    python make_measures.py
"""

import json
import math
import pathlib
import random
import warnings

import numpy
from scipy import stats
from seqeval.metrics import sequence_labeling
from seqeval.scheme import IOB2
from sklearn import metrics

HERE = pathlib.Path(__file__).parent
CASES = 200
TYPES = ["PER", "LOC", "ORG"]
# Tags that begin with letters of chunks, and some whose rest is empty.
PARTS_OF_SPEECH = ["NOUN", "VERB", "SYM", "SCONJ", "X", "PUNCT", "INTJ", "DET", "ADJ", "."]


def write(name, cases):
    lines = ",\n".join(
        json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


def defined(value):
    return None if math.isnan(value) else float(value)


def classification(draw):
    lists = [(["a"], ["a"]), (["a"], ["b"]), (["a"] * 4, ["a"] * 4), (["a"] * 4, ["b"] * 4),
             (["a", "b", "a"], ["a", "a", "a"]), (["a", "a", "a"], ["a", "b", "c"]),
             (["é", "e\u0301"], ["e\u0301", "é"]), (["1", "0", "1"], ["0", "0", "0"])]
    for _ in range(CASES - len(lists)):
        count = draw.randint(1, 24)
        known = [str(number) for number in range(draw.randint(1, 5))]
        shown = known[: draw.randint(1, len(known))]
        lists.append(([draw.choice(known) for _ in range(count)],
                      [draw.choice(shown) for _ in range(count)]))
    for references, predictions in lists:
        values = {
            "accuracy": metrics.accuracy_score(references, predictions),
            "f1": metrics.f1_score([label == "1" for label in references],
                                   [label == "1" for label in predictions], zero_division=0),
            "matthews_correlation": metrics.matthews_corrcoef(references, predictions)}
        for average in ["macro", "weighted", "micro"]:
            values[f"f1_{average}"] = metrics.f1_score(references, predictions, average=average)
        yield {"references": references, "predictions": predictions,
               "values": {name: float(value) for name, value in values.items()}}


def regression(draw):
    lists = [([1], [2]), ([1, 2], [5, 3]), ([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [4, 4, 4]),
             ([1e8, 1e8 + 1, 1e8 + 2], [3, 1, 2]), ([1e200, -1e200, 3e199], [1, 2, 3]),
             ([1e-200, 3e-200, 2e-200], [1, 2, 3]), ([0, 1, 2, 3], [0, 1, 2, 3])]
    for _ in range(CASES - len(lists)):
        count = draw.randint(2, 24)
        digits = draw.choice([0, 1, 12])
        lists.append(([round(draw.uniform(0, 5), digits) for _ in range(count)],
                      [round(draw.gauss(0, 5), digits) for _ in range(count)]))
    for references, predictions in lists:
        values = {"pearson": math.nan, "spearman": math.nan}
        if len(references) > 1:
            values = {"pearson": stats.pearsonr(references, predictions).statistic,
                      "spearman": stats.spearmanr(references, predictions).statistic}
        yield {"references": references, "predictions": predictions,
               "values": {name: defined(value) for name, value in values.items()}}


def multilabel(draw):
    for _ in range(CASES):
        count, labels = draw.randint(1, 12), draw.randint(2, 5)
        share = draw.choice([0, 0.2, 0.5, 1])
        references = [[draw.random() < share for _ in range(labels)] for _ in range(count)]
        scores = [[round(draw.gauss(0, 1), draw.choice([0, 2])) + 0.0 for _ in range(labels)]
                  for _ in range(count)]
        truth, ranked = numpy.array(references, dtype=int), numpy.array(scores)
        predicted = (ranked > 0).astype(int)
        yield {"references": references, "scores": scores, "values": {
            "exact_match": float(metrics.accuracy_score(truth, predicted)),
            "f1_macro": float(metrics.f1_score(truth, predicted, average="macro",
                                               zero_division=0)),
            "ranking_average_precision": float(
                metrics.label_ranking_average_precision_score(truth, ranked))}}


def scheme_tags(draw, count, scheme):
    """Tags of made-up chunks."""
    tags = []
    while len(tags) < count:
        kind, length = draw.choice(TYPES), draw.randint(1, 3)
        if draw.random() < 0.4:
            tags.append("O")
        elif scheme == "IOB1":
            opens = "B" if tags and tags[-1][2:] == kind else "I"
            tags += [f"{opens}-{kind}"] + [f"I-{kind}"] * (length - 1)
        elif scheme == "IOB2":
            tags += [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
        elif length == 1:
            tags.append(f"S-{kind}")
        else:
            tags += [f"B-{kind}"] + [f"I-{kind}"] * (length - 2) + [f"E-{kind}"]
    return tags[:count]


def tagging(draw):
    noise = {"IOB1": "BIO", "IOB2": "BIO", "BIOES": "BIOES"}
    lists = [([["I-LOC", "I-LOC"]], [["B-LOC", "I-LOC"]]), ([["B-PER", "I-LOC"]],
             [["B-PER", "B-LOC"]]), ([["O", "O"]], [["O", "O"]]), ([["O"]], [["B-PER"]]),
             ([["B-PER"]], [["O"]]), ([["B-", "I", "B-A-B", "I-A-B", "I-B"]],
             [["B", "I-", "B-A-B", "I-A", "I-B-"]])]
    while len(lists) < CASES:
        scheme = draw.choice([*noise, "words"])
        references, predictions = [], []
        for _ in range(draw.randint(1, 4)):
            count = draw.randint(1, 9)
            if scheme == "words":
                tags = [draw.choice(PARTS_OF_SPEECH) for _ in range(count)]
                other = [tag if draw.random() < 0.7 else draw.choice(PARTS_OF_SPEECH)
                         for tag in tags]
            else:
                tags = scheme_tags(draw, count, scheme)
                other = [tag if draw.random() < 0.7 else
                         draw.choice([f"{draw.choice(noise[scheme])}-{draw.choice(TYPES)}", "O"])
                         for tag in tags]
                other = ["O" if tag[0] == "O" else tag for tag in other]
            references.append(tags)
            predictions.append(other)
        lists.append((references, predictions))
    for references, predictions in lists:
        def values(**options):
            return {name: float(getattr(sequence_labeling, f"{name}_score")(
                references, predictions, zero_division=0, **options))
                for name in ["precision", "recall", "f1"]}
        case = {"references": references, "predictions": predictions, "lenient": values(),
                "accuracy": float(sequence_labeling.accuracy_score(references, predictions))}
        if all(tag[0] in "BIO" and tag not in PARTS_OF_SPEECH
               for side in (references, predictions) for tags in side for tag in tags):
            case["strict"] = values(mode="strict", scheme=IOB2)
        yield case


def intervals(draw):
    for count in [1, 2, 3, 4, 5, 10, 31]:
        numbers = [draw.gauss(80, 2) for _ in range(count)]
        half = math.nan
        if count > 1:
            half = stats.t.ppf(0.975, count - 1) * stats.sem(numbers)
        yield {"numbers": numbers, "mean": float(numpy.mean(numbers)), "half_width": defined(half),
               "quantiles": [float(numpy.quantile(numbers, share))
                             for share in (0.025, 0.5, 0.975)]}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for name, cases in [("classification", classification), ("regression", regression),
                        ("multilabel", multilabel), ("tagging", tagging),
                        ("intervals", intervals)]:
        write(f"{name}.json", cases(random.Random(name)))
