"""A SentencePiece model of the same kind as Gemma 2's, with texts and their ids.

    pip install sentencepiece
    python make_gemma_like.py           # writes gemma-like.model gemma-like.json

Gemma's own model has 256,000 pieces and terms of its own. This one has its first 217 pieces in
Gemma's order (specials, <mask>, <2mass>, [@BOS@], unused symbols, turns, runs of newlines and of
spaces, tags), its bytes from id 217 on, and its settings; its merged pieces come from made-up text.
"""
import json
import random
from pathlib import Path

import sentencepiece

here = Path(__file__).parent
random.seed(11)

ALPHABETS = [
    ("ptkmnslr", "aeiou"), ("птксмнлр", "аеиоу"), ("กขคงจตนบ", "ะาิีุ"), ("日本語中文字山川", "人大小上下"),
]


def word(alphabet):
    consonants, vowels = alphabet
    return "".join(
        random.choice(consonants) + random.choice(vowels) for _ in range(random.randint(1, 3)))


vocabularies = [[word(alphabet) for _ in range(60)] for alphabet in ALPHABETS]


def line():
    words = random.choices(random.choice(vocabularies), k=random.randint(1, 12))
    if random.random() < 0.3:
        words.append(str(random.randint(0, 99999)))
    return " ".join(words) + random.choice(["", ".", "!", " ?", "…"])


symbols = ["<mask>", "<2mass>", "[@BOS@]"] + [f"<unused{n}>" for n in range(99)]
symbols += ["<start_of_turn>", "<end_of_turn>"]
symbols += ["\n" * n for n in range(1, 32)] + ["▁" * n for n in range(2, 32)]
tags = ["table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"]
tags += ["h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "strong", "em", "b", "i", "u", "s"]
tags += ["sub", "sup", "code"]
symbols += [f"<{tag}>" for tag in tags] + [f"</{tag}>" for tag in tags]
symbols = symbols[:213]

sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(line() for _ in range(4000)), model_prefix=str(here / "gemma-like"),
    model_type="bpe", vocab_size=1000, byte_fallback=True, split_digits=True,
    allow_whitespace_only_pieces=True, normalization_rule_name="identity",
    remove_extra_whitespaces=False, add_dummy_prefix=False, character_coverage=1.0,
    pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", eos_piece="<eos>",
    bos_piece="<bos>", unk_piece="<unk>", user_defined_symbols=symbols, minloglevel=2)
(here / "gemma-like.vocab").unlink()

model = sentencepiece.SentencePieceProcessor(model_file=str(here / "gemma-like.model"))
assert model.piece_to_id("<mask>") == 4 and model.piece_to_id("<start_of_turn>") == 106
assert model.piece_to_id("\n") == 108 and model.piece_to_id("<0x00>") == 217

ODD = [
    "", " ", "  ", "   pa", "pa   ", "\n", "\n\n\npa\n\n", "\n" * 40, " " * 40 + "pa", "\t\tpa",
    "\r\npa\r\n", "<start_of_turn>pa ta<end_of_turn>\n", "<mask>", "pa <mask>ta", "<unused7><unused98>",
    "<table><tr><td>12</td></tr></table>", "<pa>", "<unused99>", "[@BOS@]", "▁pa▁▁ta", "😀 pa😀😀",
    "\u200de\u0301 é", "𝒜𩸽", "1234567890", "pa\u00a0ta", "  \n  \n pa", "ptk" * 100, "日本" * 80,
]
texts = ODD + ["\n".join(line() for _ in range(random.randint(1, 4))) for _ in range(80)]
texts += ["  " * random.randint(1, 9) + line() + "\n" * random.randint(1, 5) for _ in range(40)]
(here / "gemma-like.json").write_text(
    json.dumps([{"text": text, "ids": model.encode(text)} for text in texts]) + "\n")
