"""A byte-level tokenizer.json of ModernBERT's kind, variants of it, and ids.

    pip install tokenizers
    python make_byte_level.py     # reads lines.txt, writes byte-level.json and byte-level-ids.json

Added tokens with ids before and behind the vocabulary, some of them runs of spaces; no pieces for
the 13 bytes that occur in no UTF-8.
"""
import json
from pathlib import Path

from tokenizers import (AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers,
                        processors, trainers)

from tokenizer_variants import Original

here = Path(__file__).parent
lines = (here / "lines.txt").read_text(encoding="utf-8").splitlines()
english = [
    "I'll say they've done what we'd do, hadn't it been that I'm sure you're there.",
    "The house's roof: 123 tiles, 4,567 nails (and  two   ladders).", "\tfor x in range(10):\n\t\tx += 1",
]

tokenizer = Tokenizer(models.BPE())
tokenizer.normalizer = normalizers.NFC()
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
impossible = set(range(0xC0, 0xC2)) | set(range(0xF5, 0x100))
alphabet = [c for c in pre_tokenizers.ByteLevel.alphabet() if ord(c) not in impossible]
assert len(alphabet) == 243
tokenizer.train_from_iterator(
    lines + english * 20,
    trainers.BpeTrainer(
        vocab_size=600, special_tokens=["|||IP_ADDRESS|||", "<|padding|>"],
        initial_alphabet=alphabet, show_progress=False))
tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in range(6, 1, -1)])
tokenizer.add_tokens([AddedToken("caf\u00e9", normalized=True), AddedToken("cafe\u0301!", normalized=False)])
tokenizer.add_special_tokens(
    ["[UNK]", "[CLS]", "[SEP]", "[PAD]", AddedToken("[MASK]", lstrip=True, normalized=False)])
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
    special_tokens=[(t, tokenizer.token_to_id(t)) for t in ("[CLS]", "[SEP]")])
content = json.loads(tokenizer.to_str())
for token in content["added_tokens"]:
    if token["content"] == "|||IP_ADDRESS|||":
        token["special"], token["normalized"] = False, True
original = Original("byte-level", content)
part = original.part

mask = '"content":"[MASK]","single_word":false,"lstrip":true,"rstrip":false'
special = {t["content"]: t["id"] for t in content["added_tokens"]}
variants = {
    "as it is": [],
    "a space in front": [['"add_prefix_space":false', '"add_prefix_space":true']],
    "not normalised": [part("normalizer", None)],
    **{form: [part("normalizer", {"type": form})] for form in ("NFD", "NFKC", "NFKD")},
    "one form after another": [part("normalizer", {
        "type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "NFC"}]})],
    "a mask that takes spaces on both sides": [[mask, mask.replace('"rstrip":false', '"rstrip":true')]],
    "RoBERTa's processor": [part("post_processor", {
        "type": "RobertaProcessing", "cls": ["[CLS]", special["[CLS]"]],
        "sep": ["[SEP]", special["[SEP]"]], "trim_offsets": True, "add_prefix_space": False})],
}
texts = lines[::6] + english + [
    "", " ", "   ", "a", " a", "  a", "a  ", "a \n b", "\n\n a", "a\t\tb", "x\r\ny", "  \u3000 x", "a\u00a0b", "a\u0085b\u2028c",
    "'s 'S 'tis 'll'd'x it's", "don't 'veve", "''s", "12\u00b2\u216b\u0663\u096a\u0be7", "a_b-c...d!?", "\U0001f469\u200d\U0001f52c \U0001f600\U0001f600",
    "e\u0301 \u00e9 \u212b A\u030a \u1112\u1161\u11ab \ud55c", "cafe\u0301 caf\u00e9! cafe\u0301! le caf\u00e9", "\ufb01 \uff21 \u2460 \u1e9b\u0323",
    "[MASK]", "a [MASK] b", "a  [MASK]  b", "a\u3000[MASK]\u3000b", " [MASK][MASK] ", "a[MASK].", "[CLS] x [SEP]", "a |||IP_ADDRESS||| b",
    "|||IP_ADDRESS|||[MASK]", "a      b       c        d", "  [MASK]     x", "\u0301a", "\x00\x7f\x1f\x1c", "\u180e\u200b\ufeff",
    "นะ" * 90, "a" * 200, "ab" * 120 + " " + "1" * 150, "!" * 131 + "x",
]
# The library takes é in an added token for a byte; control tokens are left out by us.
original.write_ids(variants, texts, lambda text: "caf" not in text and "[CLS]" not in text)
