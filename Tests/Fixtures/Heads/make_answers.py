"""Writes windows of made-up contexts with made-up logits, and the answers that transformers'
`run_qa` finds in them.

    python make_answers.py

`answers.json`: of every question the `context`, the code points that each of its `pieces` covers,
the pieces of the `question`, the `limit` and the `stride` of its windows, the most pieces of an
answer, `longest`, and the answers `always` and `or_none`, where there may be none.
`answers.safetensors`:
the `start` and `end` logits of all rows of all windows, one after another.

The search is that of `postprocess_qa_predictions`, written anew: in each window the 20 largest
starts and ends are combined, the best sum wins, and no answer wins where the least sum of a
window's first logits is larger. Where nothing can be combined it says "empty".

Made with numpy 2.4.6.
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
LETTERS = list("abdegiklmnoprstuvz") + ["é", "ß", "汉", "字", "😀", "क्", "षि", "ā", ".", "-"]


def make_context(random, count):
    """A text, and the code points that each of its pieces covers. A piece has the space before it,
    as those of SentencePiece, or not."""
    text, pieces = "", []
    for place in range(count):
        space = " " if place and random.random() < 0.6 else ""
        letters = "".join(random.choice(LETTERS, random.integers(1, 5)))
        start = len(text) + (len(space) if random.random() < 0.5 else 0)
        text += space + letters
        pieces.append((start, len(text)))
    return text, pieces


def make_windows(pieces, question, limit, stride):
    """For each window the code points of every row; none of rows outside the context."""
    width = limit - 3 - question
    start = 0
    while True:
        part = pieces[start:start + width]
        yield [None] * (question + 2) + part + [None]
        if start + width >= len(pieces):
            return
        start += width - stride


def largest(logits, count=20):
    return np.argsort(logits)[::-1][:count].tolist()


def search(context, windows, longest, or_none):
    """The answer in windows of (code points of rows, starts, ends)."""
    found, none = [], None
    for rows, starts, ends in windows:
        first = starts[0] + ends[0]
        none = first if none is None else min(none, first)
        for start in largest(starts):
            for end in largest(ends):
                if rows[start] is None or rows[end] is None:
                    continue
                if end < start or end - start + 1 > longest:
                    continue
                text = context[rows[start][0]:rows[end][1]]
                found.append((starts[start] + ends[end], text))
    # The first of equal sums stays first.
    found = sorted(found, key=lambda pair: pair[0], reverse=True)
    if not or_none:
        return found[0][1] if found else "empty"
    best, text = next(((sum, text) for sum, text in found if text), (np.float32(0), "empty"))
    return "" if none > best else text


def main():
    random = np.random.default_rng(8)
    records, starts, ends = [], [], []
    for number in range(60):
        context, pieces = make_context(random, int(random.integers(1, 150)))
        question = int(random.integers(1, 9))
        limit = int(random.integers(30, 80))
        stride = int(random.integers(0, (limit - 3 - question) // 2))
        longest = [30, 12, 4, 1][number % 4]
        windows = []
        for rows in make_windows(pieces, question, limit, stride):
            pair = random.normal(0, 3, (2, len(rows))).astype(np.float32)
            if number % 3 == 0:
                pair[:, 0] += 7
            assert all(len(set(logits.tolist())) == len(rows) for logits in pair)
            windows.append((rows, *pair))
            starts.append(pair[0])
            ends.append(pair[1])
        records.append(dict(
            context=context, pieces=pieces, question=question, limit=limit, stride=stride,
            longest=longest, windows=len(windows),
            always=search(context, windows, longest, False),
            or_none=search(context, windows, longest, True)))
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    save_file({"start": np.concatenate(starts), "end": np.concatenate(ends)},
              HERE / "answers.safetensors")
    texts = [record["or_none"] for record in records]
    print(len(starts), "windows,", texts.count(""), "without an answer,",
          sum(record["always"] == "empty" for record in records), "without a candidate")


if __name__ == "__main__":
    main()
