"""Writes logistic.json, counts.json, neighbours.json, shuffles.json and samples.json: made-up
vectors, and what scikit-learn and numpy learn, predict and draw of them.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python make_probes.py
"""

import collections
import json
import pathlib
import warnings

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

HERE = pathlib.Path(__file__).parent


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


def clusters(draw, count, width, classes, spread):
    """Vectors around a centre for each class, with three decimals."""
    centres = draw.standard_normal((classes, width))
    labels = draw.integers(0, classes, count)
    vectors = centres[labels] + spread * draw.standard_normal((count, width))
    return vectors.round(3), labels


def learned(features, labels, tests, c, tolerance, iterations):
    """What LogisticRegression learns. It warns where the iterations do not suffice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=c, tol=tolerance, max_iter=iterations)
        model.fit(features, labels)
    return {
        "c": c, "tolerance": tolerance, "iterations": iterations,
        "took": int(model.n_iter_[0]), "weights": model.coef_.tolist(),
        "intercepts": model.intercept_.tolist(), "predictions": model.predict(tests).tolist(),
        "probabilities": model.predict_proba(tests).tolist()}


# C, tolerance and iterations.
LOOSE = [(1.0, 1e-4, 100), (0.01, 1e-4, 20), (100.0, 1e-4, 7)]
TIGHT = [(1.0, 1e-10, 10_000), (10.0, 1e-10, 10_000)]


def logistic(draw):
    # Where vectors are long, the last digits of the minimum depend on the order of the columns,
    # with scikit-learn too.
    # Count, width, classes, spread, and what the vectors are multiplied by.
    shapes = [(40, 5, 2, 1.0, 1), (60, 8, 3, 1.0, 1), (100, 12, 7, 2.0, 1), (30, 3, 2, 0.1, 1),
              (48, 16, 6, 1.0, 30), (300, 2, 4, 1.5, 0.01), (12, 1, 3, 1.0, 1)]
    for count, width, classes, spread, scale in shapes:
        vectors, labels = clusters(draw, count + 12, width, classes, spread)
        vectors = (vectors * scale).round(4)
        labels = labels * 3 - 2
        features, tests = vectors[:count], vectors[count:]
        labels = labels[:count]
        yield {"features": features.tolist(), "labels": labels.tolist(), "tests": tests.tolist(),
               "learned": [learned(features, labels, tests, *settings)
                           for settings in LOOSE + (TIGHT if scale <= 1 else [])]}


def texts(draw, labels, vocabulary):
    """Lists of ids, some more frequent with some labels; one of them without ids."""
    weights = 1 / numpy.arange(1, vocabulary + 1)
    ids = []
    for label in labels:
        own = weights * (1 + 4 * (numpy.arange(vocabulary) % 4 == label))
        ids.append(draw.choice(vocabulary, draw.integers(1, 15), p=own / own.sum()).tolist())
    ids[3] = []
    return ids


def values(ids, vocabulary, scale, unit_length):
    rows = numpy.zeros((len(ids), vocabulary))
    for row, text in enumerate(ids):
        numpy.add.at(rows[row], text, 1)
    if scale == "logarithms":
        rows = numpy.log1p(rows)
    if unit_length:
        rows /= numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-300)
    return rows


def counts(draw):
    for classes in [2, 4]:
        labels = draw.integers(0, classes, 100)
        ids = texts(draw, labels, 50)
        for scale in ["counts", "logarithms"]:
            for unit_length in [False, True]:
                rows = values(ids, 50, scale, unit_length)
                yield {"texts": ids[:80], "labels": labels[:80].tolist(), "tests": ids[80:],
                       "scale": scale, "unit_length": unit_length, "vocabulary": 50,
                       "learned": learned(rows[:80], labels[:80], rows[80:], 1.0, 1e-10, 10_000)}


def neighbours(draw):
    for count, width, classes in [(30, 4, 3), (80, 17, 5), (3, 2, 2), (50, 1, 4)]:
        vectors, labels = clusters(draw, count + 15, width, classes, 1.2)
        sets = (draw.random((count, 4)) < 0.45).astype(int)
        known, tests = vectors[:count], vectors[count:]
        size = min(5, count)
        model = KNeighborsClassifier(n_neighbors=size, algorithm="brute")
        model.fit(known, labels[:count])
        several = KNeighborsClassifier(n_neighbors=size, algorithm="brute").fit(known, sets)
        yield {"known": known.tolist(), "labels": labels[:count].tolist(), "tests": tests.tolist(),
               "sets": [numpy.flatnonzero(row).tolist() for row in sets],
               "places": model.kneighbors(tests)[1].tolist(),
               "predictions": model.predict(tests).tolist(),
               "set_predictions": [
                   numpy.flatnonzero(row).tolist() for row in several.predict(tests)]}


def shuffles():
    for seed, count in [(42, 10), (42, 1), (0, 257), (2**32 - 1, 64), (7, 65), (42, 1000)]:
        order = list(range(count))
        numpy.random.RandomState(seed).shuffle(order)
        again = list(order)
        numpy.random.RandomState(seed).shuffle(again)
        words = numpy.random.RandomState(seed).randint(0, 2**32, 3, dtype=numpy.uint64)
        yield {"seed": seed, "count": count, "words": words.tolist(), "order": order,
               "again": again}


def sampled(order, labels, per_label):
    """As MTEB takes examples: while one of their labels is short."""
    counted, places = collections.Counter(), []
    for place in order:
        if any(counted[label] < per_label for label in labels[place]):
            places.append(place)
            counted.update(labels[place])
    return places


def samples(draw):
    for count, classes, per_label in [(120, 3, 8), (40, 7, 8), (90, 5, 2)]:
        labels = draw.integers(0, classes, count).tolist()
        sets = [draw.choice(classes, draw.integers(1, 3), replace=False).tolist()
                for _ in range(count)]
        order, experiments = list(range(count)), []
        for _ in range(10):
            numpy.random.RandomState(42).shuffle(order)
            experiments.append(sampled(order, [[label] for label in labels], per_label))
        generator, of_sets = numpy.random.RandomState(42), []
        for _ in range(10):
            order = list(range(count))
            generator.shuffle(order)
            of_sets.append(sampled(order, sets, per_label))
        yield {"labels": labels, "sets": sets, "per_label": per_label,
               "experiments": experiments, "of_sets": of_sets}


def main():
    write("logistic.json", logistic(numpy.random.default_rng(1)))
    write("counts.json", counts(numpy.random.default_rng(2)))
    write("neighbours.json", neighbours(numpy.random.default_rng(3)))
    write("shuffles.json", shuffles())
    write("samples.json", samples(numpy.random.default_rng(4)))


if __name__ == "__main__":
    main()
