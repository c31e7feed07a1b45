"""Writes rankings.json, bitext.json and pairs.json: made-up rankings and what pytrec_eval says of
them, chosen translations and what scikit-learn says of them, mined pairs and the threshold that a
plain search finds best.

    pip install pytrec-eval-terrier==0.5.11 scikit-learn==1.9.1
    python make_rankings.py
"""

import json
import pathlib
import random

import pytrec_eval
from sklearn import metrics

HERE = pathlib.Path(__file__).parent
CUTOFFS = [1, 3, 10]


def rankings(draw):
    for _ in range(150):
        ids = [draw.choice(["d", "D", "é", "apositive_", "negative_", ""]) + str(number)
               for number in range(draw.randint(1, 20))]
        judged = {name: draw.choice([-1, 0, 0, 1, 1, 2, 3])
                  for name in ids if draw.random() < 0.7}
        judged.update({f"unfound{number}": draw.choice([0, 1, 2])
                       for number in range(draw.randint(0, 4))})
        # Ties, and differences that fp32 does not keep.
        found = {name: draw.choice([round(draw.random(), 1), 0.5 + draw.choice([0, 1e-9, -1e-9])])
                 for name in ids if draw.random() < 0.9}
        if not found or not any(level > 0 for level in judged.values()):
            continue
        cuts = ",".join(map(str, CUTOFFS))
        names = {f"{name}.{cuts}" for name in ["ndcg_cut", "map_cut", "recall", "P"]}
        scores = pytrec_eval.RelevanceEvaluator({"q": judged}, names).evaluate({"q": found})["q"]
        values = {}
        for cut in CUTOFFS:
            values |= {f"ndcg_at_{cut}": scores[f"ndcg_cut_{cut}"],
                       f"map_at_{cut}": scores[f"map_cut_{cut}"],
                       f"recall_at_{cut}": scores[f"recall_{cut}"],
                       f"precision_at_{cut}": scores[f"P_{cut}"],
                       f"mrr_at_{cut}": reciprocal_rank(judged, found, cut)}
        yield {"judgements": judged, "scores": found, "values": values}


def reciprocal_rank(judged, found, cut):
    """trec_eval's, which knows no cut: 0 where the first relevant document is behind it."""
    rank = pytrec_eval.RelevanceEvaluator({"q": judged}, {"recip_rank"}).evaluate({"q": found})
    value = rank["q"]["recip_rank"]
    return value if value * cut >= 1 - 1e-9 else 0.0


def bitext(draw):
    for _ in range(60):
        references = list(range(draw.randint(1, 12)))
        predictions = [number if draw.random() < 0.5 else draw.choice(references)
                       for number in references]
        yield {"references": list(map(str, references)),
               "predictions": list(map(str, predictions)),
               "values": {"accuracy": metrics.accuracy_score(references, predictions),
                          "f1_weighted": metrics.f1_score(references, predictions,
                                                          average="weighted")}}


def pairs(draw):
    for _ in range(60):
        # All scores differ: among equal ones a cut by threshold cannot part.
        scores = draw.sample(range(100), draw.randint(1, 12))
        found = [[draw.random() < 0.5, score / 64] for score in scores]
        translations = sum(right for right, _ in found) + draw.randint(0, 3)
        best = max((f1(found, translations, score / 64) for score in scores), default=0)
        yield {"pairs": [{"right": right, "score": score} for right, score in found],
               "translations": translations, "best_f1": best}


def f1(found, translations, threshold):
    taken = [right for right, score in found if score >= threshold]
    return 2 * sum(taken) / max(1, len(taken) + translations)


def write(name, cases):
    lines = ",\n".join(
        json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    write("rankings.json", rankings(random.Random("rankings")))
    write("bitext.json", bitext(random.Random("bitext")))
    write("pairs.json", pairs(random.Random("pairs")))
