"""Writes the JSON files beside it: made-up vectors, and what mteb's own task classes, scikit-learn
and Python's random measure and draw of them.

    pip install mteb==2.26.24
    python make_vectors.py
"""

import json
import pathlib
import random
import sys

import numpy

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "scripts/peers"))

import mteb_local
from sklearn.metrics import completeness_score, homogeneity_score, v_measure_score

WIDTH = 6


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


def some(draw, count, around=None, spread=1.0):
    vectors = draw.standard_normal((count, WIDTH)) * spread
    return (vectors if around is None else vectors + around).round(3).astype("float32")


def numbers(vectors):
    return [[round(float(x), 3) for x in vector] for vector in vectors]


def named(prefix, vectors):
    return {f"{prefix}{place}": vector for place, vector in enumerate(vectors)}


def wanted(scores, names):
    return {name: scores[name] for name in names}


WAYS = ["cosine", "manhattan", "euclidean"]


def similarities(draw):
    for count, ties in [(30, False), (57, True), (2, False)]:
        first = some(draw, count)
        second = some(draw, count, first, 0.7)
        if ties:
            first[1::4], second[1::4] = first[:-1:4], second[:-1:4]
        scores = draw.integers(0, 11, count) / 2 if ties else draw.random(count).round(3)
        rows = [(f"a{i}", f"b{i}", float(scores[i])) for i in range(count)]
        found = mteb_local.similarity(rows, named("a", first) | named("b", second))
        names = [f"{way}_{kind}" for way in WAYS for kind in ("pearson", "spearman")]
        yield {"first": numbers(first), "second": numbers(second), "scores": scores.tolist(),
               "values": wanted(found, names)}


def detections(draw):
    for count, ties in [(40, False), (61, True), (12, False)]:
        first = some(draw, count)
        labels = draw.integers(0, 2, count)
        labels[0] = 1
        second = some(draw, count, first * labels[:, None], 0.9)
        if ties:
            first[1::4], second[1::4] = first[:-1:4], second[:-1:4]
        rows = [(f"a{i}", f"b{i}", int(labels[i])) for i in range(count)]
        found = mteb_local.pairs(rows, named("a", first) | named("b", second))
        names = [f"{way}_{kind}" for way in ["max", "dot", *WAYS] for kind in ("ap", "accuracy", "f1")]
        yield {"first": numbers(first), "second": numbers(second), "labels": labels.tolist(),
               "values": wanted(found, names)}


def alignments(draw):
    for count, spread in [(25, 0.8), (300, 1.5), (3, 1.0)]:
        first = some(draw, count)
        second = some(draw, count, first, spread)
        vectors = named("a", first) | named("b", second)
        sides = [[f"{side}{i}" for i in range(count)] for side in "ab"]
        forward = mteb_local.mining(*sides, vectors)
        backward = mteb_local.mining(*sides[::-1], vectors)
        names = ["f1", "accuracy"]
        # The margin by numpy, in double precision.
        x, y = (v / numpy.linalg.norm(v, axis=1, keepdims=True) for v in
                (first.astype(float), second.astype(float)))
        cosines = x @ y.T
        k = min(4, count)
        rows = numpy.sort(cosines, axis=1)[:, -k:].mean(1)
        columns = numpy.sort(cosines, axis=0)[-k:].mean(0)
        margin = cosines / ((rows[:, None] + columns[None]) / 2)
        yield {"first": numbers(first), "second": numbers(second),
               "values": {f"{name}_forward": forward[name] for name in names}
               | {f"{name}_backward": backward[name] for name in names},
               "margin_forward": margin.argmax(1).tolist(),
               "margin_backward": margin.argmax(0).tolist()}


def rankings(draw):
    """Also with candidates alone, and without documents that are called as the query."""
    for queries, documents, kind in [(9, 70, "all"), (6, 40, "own"), (7, 30, "candidates")]:
        asked, texts = some(draw, queries), some(draw, documents)
        texts[3] = texts[11]
        names = [f"d{i}" for i in range(documents)]
        if kind == "own":
            names[:queries] = [f"q{i}" for i in range(queries)]
        judged = {f"q{i}": {names[int(j)]: int(draw.integers(0, 4)) for j in
                            draw.choice(documents, 6, replace=False)} | {names[i]: 2}
                  for i in range(queries)}
        candidates = None
        if kind == "candidates":
            candidates = {f"q{i}": [names[int(j)] for j in draw.choice(documents, 9, replace=False)]
                          for i in range(queries)}
        found = mteb_local.retrieval(
            {f"q{i}": f"q{i}" for i in range(queries)},
            {name: f"t{i}" for i, name in enumerate(names)}, judged,
            named("q", asked) | named("t", texts), kind == "own", candidates)
        measures = [f"{name}_at_{k}" for name in ("ndcg", "map", "recall", "precision", "mrr")
                    for k in (1, 3, 10, 100)]
        yield {"queries": numbers(asked), "documents": numbers(texts), "ids": names,
               "judged": judged, "leave_out": kind == "own", "candidates": candidates,
               "values": wanted(found, measures)}


def few_examples(draw):
    for classes, per_label in [(2, 8), (5, 8), (4, 16)]:
        centres = draw.standard_normal((classes, WIDTH))
        train, test = draw.integers(0, classes, 40 * classes), draw.integers(0, classes, 80)
        vectors = {}
        rows = []
        for part, labels in (("train", train), ("test", test)):
            features = some(draw, len(labels), centres[labels], 1.1)
            vectors |= named(part, features)
            rows.append([(f"{part}{i}", int(label)) for i, label in enumerate(labels)])
        found = mteb_local.classification(*rows, vectors, per_label)
        yield {"train": numbers(vectors[f"train{i}"] for i in range(len(train))),
               "train_labels": train.tolist(),
               "test": numbers(vectors[f"test{i}"] for i in range(len(test))),
               "test_labels": test.tolist(), "per_label": per_label,
               "values": wanted(found, ["accuracy", "f1", "f1_weighted"])}


def draws():
    for bound, count in [(10, 3), (10, 10), (100, 5), (1000, 6), (1000, 400), (50, 49), (3000, 7)]:
        generator = random.Random(42)
        yield {"bound": bound, "count": count, "sample": generator.sample(range(bound), k=count),
               "choices": generator.choices(range(bound), k=8), "unit": generator.random()}


def agreements(draw):
    for count, classes, clusters in [(50, 4, 3), (9, 1, 3), (9, 3, 1), (30, 30, 5), (40, 2, 2)]:
        truth = draw.integers(0, classes, count).tolist()
        found = draw.integers(0, clusters, count).tolist()
        yield {"classes": truth, "clusters": found,
               "homogeneity": float(homogeneity_score(truth, found)),
               "completeness": float(completeness_score(truth, found)),
               "v_measure": float(v_measure_score(truth, found))}


def main():
    draw = numpy.random.default_rng(11)
    write("similarities.json", similarities(draw))
    write("detections.json", detections(draw))
    write("alignments.json", alignments(draw))
    write("rankings.json", rankings(draw))
    write("few-examples.json", few_examples(draw))
    write("draws.json", draws())
    write("agreements.json", agreements(draw))


main()
