"""Writes answers.json, answer-sets.json and characters.json: made-up answers scored by the scripts
of SQuAD, MLQA and TiQuAD, and a digest of what Python takes characters for.

    pip install transformers==4.57.6
    python make_answers.py FOLDER

FOLDER has mlqa_evaluation_v1.py of facebookresearch/MLQA and evaluate-tiquad.py of fgaim/TiQuAD.
MLQA's script is SQuAD v1.1's with other rules of normalization: with the English ones it is that.
"""

import importlib.util
import json
import pathlib
import random
import re
import string
import sys
import types
import unicodedata

from transformers.data.metrics import squad_metrics

HERE = pathlib.Path(__file__).parent
LANGUAGES = ["en", "es", "hi", "vi", "de", "ar", "zh"]
WORDS = (
    "a an the The AN A. the- the_ _a a1 1an b.c U.S. it's \\ a\\b / ' “the” «la» la\u0301 La "
    "cafe\u0301 café İstanbul ΣΑΣ ΌΣΟΣ Σ. aΣ\u0301 ΑΣ'Β Σ ß Ǆ 12 ½ a½ ² 3,5 a\u200db \U0001f600 "
    "un una unos unas el la los las của là cái chiếc những ca\u0301i ein eine der die das den "
    "dem des DES ال الكتاب بال، ؟ 中国 中国。 在北京 ， 「中」 龦 一 a中the हिन्दी। की ብ ናይ ኣብ እዩ "
    "እዩ። ሰላም፡ዓለም ፨ – — … § $5 + = ^ ` ~ the\u0327 an\u093e").split(" ")
SPACES = [" ", " ", " ", "", "\t", "\u00a0", "\u3000", "\u001c", "\u0085", "\u2003", "\u200b", "  "]


def script(folder, name):
    """A script as a module."""
    sys.modules.setdefault("datasets", types.SimpleNamespace(load_dataset=None))
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text(draw):
    return "".join(draw.choice(WORDS) + draw.choice(SPACES) for _ in range(draw.randint(0, 5)))


def changed(draw, answer):
    """An answer that differs from another in case, punctuation, or at an end."""
    return draw.choice([answer, answer, answer.upper(), answer.lower(), f"the {answer}.",
                        answer[1:], answer[:-1], f"{answer} {text(draw)}", text(draw), ""])


def mlqa_scores(mlqa, language, answers, prediction):
    best = mlqa.metric_max_over_ground_truths
    return [float(best(score, prediction, answers, language))
            for score in (mlqa.exact_match_score, mlqa.f1_score)]


def pairs(draw, mlqa, squad, tiquad):
    for rule in ["squad", "squad-v2", "tiquad", *(f"mlqa-{name}" for name in LANGUAGES)]:
        for _ in range(120):
            answers = [text(draw) for _ in range(draw.randint(1, 3))]
            prediction = changed(draw, draw.choice(answers))
            if rule == "squad":
                scores = mlqa_scores(squad, None, answers, prediction)
            elif rule == "squad-v2":
                answers = draw.choice([answers, answers, []])
                example = types.SimpleNamespace(
                    qas_id="0", answers=[{"text": answer} for answer in answers])
                raw = squad_metrics.get_raw_scores([example], {"0": prediction})
                scores = [float(score["0"]) for score in raw]
            elif rule == "tiquad":
                scores = [float(x) for x in tiquad._compute_max_em_f1(prediction, answers)]
            else:
                scores = mlqa_scores(mlqa, rule[-2:], answers, prediction)
            yield {"rule": rule, "answers": answers, "prediction": prediction, "scores": scores}


def sets(draw):
    """Whole sets of questions under SQuAD v2.0, with no-answer scores and ties among them."""
    for _ in range(40):
        examples, predictions, scores = [], {}, {}
        for number in range(draw.randint(1, 12)):
            answers = draw.choice([[], [draw.choice(["red", "red car", "the"])]])
            examples.append(types.SimpleNamespace(
                qas_id=str(number), answers=[{"text": answer} for answer in answers]))
            predictions[str(number)] = draw.choice(["", "red", "car", "the red car"])
            scores[str(number)] = round(draw.random(), draw.choice([1, 3]))
        result = squad_metrics.squad_evaluate(examples, predictions, scores)
        names = {"exact_match": "exact", "f1": "f1", "has_answer_exact_match": "HasAns_exact",
                 "has_answer_f1": "HasAns_f1", "no_answer_exact_match": "NoAns_exact",
                 "no_answer_f1": "NoAns_f1", "best_exact_match": "best_exact",
                 "best_f1": "best_f1"}
        yield {
            "questions": [{"answers": [answer["text"] for answer in example.answers],
                           "prediction": predictions[example.qas_id],
                           "no_answer_score": scores[example.qas_id]} for example in examples],
            "values": {name: result[key] / 100 if key in result else None
                       for name, key in names.items()},
            "thresholds": [result["best_exact_thresh"], result["best_f1_thresh"]]}


def character_class(character):
    """White space, parts of words and punctuation as bits, and the lower case."""
    bits = (character.isspace() + 2 * bool(re.match(r"\w", character))
            + 4 * unicodedata.category(character).startswith("P")
            + 8 * (character in string.punctuation))
    return f"{bits} {character.lower()}\n"


def characters():
    """For each 4,096 characters FNV-1a, 64 bits, over the classes of those that are assigned."""
    for first in range(0, 0x110000, 4096):
        value, count = 0xCBF29CE484222325, 0
        for code in range(first, first + 4096):
            if unicodedata.category(chr(code)) in ("Cn", "Cs", "Co"):
                continue
            count += 1
            for byte in character_class(chr(code)).encode():
                value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        if count:
            yield {"first": first, "count": count, "digest": f"{value:016x}"}


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    english = script(folder, "mlqa_evaluation_v1")
    english.normalize_answer = lambda answer, _: squad_metrics.normalize_answer(answer)
    tiquad_script = script(folder, "evaluate-tiquad")
    empty = HERE / "answers.json"
    empty.write_text('{"data": []}')
    evaluator = tiquad_script.TiQuADEvaluator(empty, empty)
    write("answers.json", pairs(random.Random("answers"), script(folder, "mlqa_evaluation_v1"),
                                english, evaluator))
    write("answer-sets.json", sets(random.Random("answer sets")))
    write("characters.json", characters())
