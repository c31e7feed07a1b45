"""A small SentencePiece model, lines with their ids, and the model's conversion to tokenizer.json.

    pip install sentencepiece tokenizers
    python make_tokenizer.py            # writes tiny.model lines.txt ids.txt tokenizer.json

The text is made up here: syllables of several scripts, digits, punctuation, runs of spaces and
characters that the model has never seen. Ids are SentencePiece's. tokenizer.json is checked to give
the same ids in Hugging Face tokenizers before it is written; but there the mask takes the space
before it.
"""
import json
import random
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer

here = Path(__file__).parent
random.seed(7)

ALPHABETS = [
    ("ptkmnslr", "aeiou"), ("птксмнлр", "аеиоу"), ("πτκσμνλρ", "αεηιο"),
    ("กขคงจตนบ", "ะาิีุ"), ("日本語中文字山川", "人大小上下"),
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
    space = random.choice([" ", " ", " ", " ", "  ", "    ", ""])
    return space.join(words) + random.choice(["", ".", "!", " ?", "…"])


ODD = [
    " ", "   a", "a   ", "\t\tpa", "<mask>", "pa<mask>ta", "pa <mask> ta", "<bos", "▁", "▁▁pa",
    "😀 pa😀😀", "\u200d", "e\u0301 é", "Ĳ", "pa\u00a0ta", "𝒜𩸽", "'\"\\/", "0000 12345", "aaaa" * 50,
    "ptk" * 100, "日本" * 80, "ปฏิบัติ",
]
training = [line() for _ in range(4000)]
lines = [line() for _ in range(150)] + ODD

whitespace = ["\t", "\t\t", "▁▁", "▁▁▁", "▁▁▁▁"]
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(training), model_prefix=str(here / "tiny"), model_type="bpe",
    vocab_size=700, byte_fallback=True, split_digits=True, allow_whitespace_only_pieces=True,
    normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False,
    character_coverage=0.9995, pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>",
    eos_piece="<eos>", bos_piece="<bos>", unk_piece="<unk>",
    user_defined_symbols=["<mask>", *whitespace], minloglevel=2)
(here / "tiny.vocab").unlink()

model = sentencepiece.SentencePieceProcessor(model_file=str(here / "tiny.model"))
ids = [model.encode(text) for text in lines]
size = model.get_piece_size()
pieces = [model.id_to_piece(i) for i in range(size)]
user_defined = {"<mask>", *whitespace}
normal = {
    i for i in range(size)
    if not (model.is_control(i) or model.is_unknown(i) or model.is_byte(i)
            or pieces[i] in user_defined)
}
known = {pieces[i] for i in normal}
merges = [
    [pieces[i][:cut], pieces[i][cut:]]
    for i in range(size) if i in normal
    for cut in range(1, len(pieces[i]))
    if pieces[i][:cut] in known and pieces[i][cut:] in known
]
added = [
    {
        "id": i, "content": pieces[i], "single_word": False, "lstrip": pieces[i] == "<mask>",
        "rstrip": False,
        "normalized": pieces[i].startswith("▁"), "special": i <= 4,
    }
    for i in range(size) if i <= 3 or pieces[i] in user_defined
]


def token(text, kind):
    return {"SpecialToken": {"id": text, "type_id": kind}}


single = [token("<bos>", 0), {"Sequence": {"id": "A", "type_id": 0}}, token("<eos>", 0)]
tokenizer = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
    "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
    "pre_tokenizer": {
        "type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious",
        "invert": False},
    "post_processor": {
        "type": "TemplateProcessing", "single": single,
        "pair": single + [{"Sequence": {"id": "B", "type_id": 1}}, token("<eos>", 1)],
        "special_tokens": {
            "<bos>": {"id": "<bos>", "ids": [2], "tokens": ["<bos>"]},
            "<eos>": {"id": "<eos>", "ids": [1], "tokens": ["<eos>"]}}},
    "decoder": {
        "type": "Sequence",
        "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"}]},
    "model": {
        "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
        "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True,
        "ignore_merges": False, "vocab": {piece: i for i, piece in enumerate(pieces)},
        "merges": merges},
}
text = json.dumps(tokenizer, ensure_ascii=False)
converted = Tokenizer.from_str(text)
for source, expected in zip(lines, ids):
    if " <mask>" in source:
        expected = model.encode(source.replace(" <mask>", "<mask>"))
    assert converted.encode(source, add_special_tokens=False).ids == expected, source
(here / "tokenizer.json").write_text(text + "\n")
(here / "lines.txt").write_text("".join(f"{text}\n" for text in lines))
(here / "ids.txt").write_text("".join(" ".join(map(str, row)) + "\n" for row in ids))
