"""What SentencePiece learns from made-up lines with the settings of `mmbert tokenizer train`.

    pip install sentencepiece==0.2.3
    python make_trained.py        # writes trained.json

Lines are made of random words in many scripts, with what a trainer treats in its own way among
them: digits, combining marks, symbols written out, long runs of spaces, characters later than
Unicode 9 and of private use, and bytes that are no UTF-8. A case has its lines and its model in
Base64, or the smallest or largest vocabulary that SentencePiece's refusal names.
"""
import base64
import io
import json
import random
import re
from pathlib import Path

import sentencepiece

ALPHABETS = [
    "aeiouklmnrst", "абвгде", "日本語文字", "かきくけカキクー", "กขคงเแโ", "ابتثجح",
    "अआइक\u093f\u0941\u094d\u0953", "0123456789", "０１２", ".,;:!?-()<>/x", "\u0301\u0308\u3099",
    "▁", "\t\x1f", "\u00a0\u3000\u200b",
    "😀🎉👍\u200d\ufe0f", "한국어", "ԱԲԳ\u0589", "\u0620\u061c", "ᐃᐅᓇ",
    "\U0001e7e0\u08b7\u08be\u1c90", "\ufffd\ue000",
]
SYMBOLS = ["<mask>", "<eos>", "<0x41>", "   ", " " * 17, "\t" * 5, "<ma", "<0x"]
random_ = random.Random(31)


def settings(vocabulary, coverage):
    symbols = ["<mask>"] + ["\n" * n for n in range(1, 9)] + ["\t" * n for n in range(1, 5)]
    symbols += ["\u2581" * n for n in range(2, 17)]
    return {
        "model_type": "bpe", "vocab_size": vocabulary, "character_coverage": coverage,
        "byte_fallback": True, "split_digits": True, "split_by_unicode_script": True,
        "split_by_number": True, "split_by_whitespace": True,
        "allow_whitespace_only_pieces": True, "max_sentencepiece_length": 16,
        "normalization_rule_name": "identity", "remove_extra_whitespaces": False,
        "add_dummy_prefix": False, "pad_id": 0, "pad_piece": "<pad>", "eos_id": 1,
        "eos_piece": "<eos>", "bos_id": 2, "bos_piece": "<bos>", "unk_id": 3, "unk_piece": "<unk>",
        "user_defined_symbols": symbols, "max_sentence_length": 4192, "num_threads": 1,
        "minloglevel": 2,
    }


def made_up_lines(alphabets, lines):
    characters = [c for alphabet in alphabets for c in alphabet * random_.choice([1, 3])]
    lengths = [random_.choice([1, 2, 3, 5, 9, 24]) for _ in range(60)]
    words = ["".join(random_.choices(characters, k=length)) for length in lengths]
    words += random_.sample(SYMBOLS, 3)

    def line():
        ranks = [random_.choices(range(len(words)), k=2) for _ in range(random_.randint(1, 10))]
        chosen = [words[min(two)] for two in ranks]
        return random_.choice([" ", " ", ""]).join(chosen).encode()

    made = [line() for _ in range(lines)]
    made[0] = made[0][:3] + b"\xff\xe2" + made[0][3:]
    return made


def case(lines, vocabulary, coverage):
    entry = {
        "lines": [base64.b64encode(line).decode() for line in lines],
        "vocabulary": vocabulary, "coverage": coverage,
    }
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, **settings(vocabulary, coverage))
        entry["model"] = base64.b64encode(model.getvalue()).decode()
    except RuntimeError as error:
        entry["largest"] = next((int(n) for n in re.findall(r"value <= (\d+)", str(error))), None)
        entry["smallest"] = next((int(n) for n in re.findall(r"\d+ vs (\d+)", str(error))), None)
    return entry


cases = []
for alphabets, count, fewer, coverage in [
    (ALPHABETS, 40, 30, 0.9995), (ALPHABETS, 40, 90, 0.98), (ALPHABETS[:2], 30, 60, 1.0),
    (ALPHABETS[2:6], 40, 40, 0.9995), (["ab"], 8, 2, 1.0), (["a"], 1, 1, 1.0),
]:
    lines = made_up_lines(alphabets, count)
    refused = case(lines, 4000, coverage)
    cases += [refused, case(lines, refused["largest"] - fewer, coverage)]
cases.append(case(made_up_lines(ALPHABETS, 8), 300, 1.0))
# Every piece that there is, down to pairs that no longer occur; long lines and the mark of unknown
# characters, which are left out.
lines = made_up_lines(ALPHABETS[:3], 12) + [b"long " * 1000, "un\u2585known".encode()]
cases.append(case(lines, case(lines, 4000, 1.0)["largest"], 1.0))
text = ",\n".join(json.dumps(entry) for entry in cases)
(Path(__file__).parent / "trained.json").write_text(f"[\n{text}\n]\n")
