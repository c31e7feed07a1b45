"""A unigram tokenizer.json as of Japanese ModernBERT models, variants of it, and ids.

    pip install tokenizers
    python make_unigram.py        # reads lines.txt, writes unigram.json and unigram-ids.json

A variant is a list of replacements in the text of unigram.json.
"""
import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

here = Path(__file__).parent
lines = (here / "lines.txt").read_text(encoding="utf-8").splitlines()
english = ["The house's roof: 123 tiles, 4,567 nails (and  two   ladders)."]
special = ["<unk>", "<s>", "</s>", "<pad>", "<mask>"]


def metaspace(**settings):
    return pre_tokenizers.Metaspace(replacement="▁", **settings)


trained = Tokenizer(models.Unigram())
trained.pre_tokenizer = metaspace(prepend_scheme="never", split=True)
trained.train_from_iterator(
    lines + english * 5,
    trainers.UnigramTrainer(
        vocab_size=600, special_tokens=special, unk_token="<unk>", show_progress=False))
learned = [entry for entry in json.loads(trained.to_str())["model"]["vocab"] if entry[0] not in special]
vocabulary = [[token, 0.0] for token in special]
vocabulary += [[f"<0x{byte:02X}>", 0.0] for byte in range(256)]
vocabulary += [[token, round(score, 6)] for token, score in learned]

tokenizer = Tokenizer(models.Unigram([(t, s) for t, s in vocabulary], unk_id=0, byte_fallback=True))
tokenizer.pre_tokenizer = metaspace(prepend_scheme="never", split=False)
tokenizer.decoder = decoders.Sequence([
    decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
tokenizer.add_special_tokens(
    special[:4] + [AddedToken("<mask>", lstrip=True, normalized=False)])
tokenizer.add_tokens([AddedToken("<br>", normalized=False)])
tokenizer.post_processor = processors.TemplateProcessing(
    single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
content = json.loads(tokenizer.to_str())
text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
(here / "unigram.json").write_text(text, encoding="utf-8")


def part(key, value):
    return [f'"{key}":' + json.dumps(content[key], ensure_ascii=False, separators=(",", ":")),
            f'"{key}":' + json.dumps(value, ensure_ascii=False, separators=(",", ":"))]


def space(scheme, split):
    step = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}
    return part("pre_tokenizer", step)


variants = {
    "as it is": [],
    "unknown characters": [['"byte_fallback":true', '"byte_fallback":false']],
    "words": [space("never", True)],
    "a space in front of all": [space("always", False)],
    "words with spaces in front": [space("first", True)],
    "spaces replaced before": [
        part("normalizer", {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}),
        part("pre_tokenizer", None)],
}
texts = lines[::6] + english + [
    "", " ", "  ", "a", " a ", "house", "the  house", "žž ž x", "😀😀 a", "日本語 テスト", "\n\t a\n", "a\u3000b",
    "<mask>", "a <mask> b", "a\u3000<mask>\u3000b", "<s> x </s>", "a<br>b <br>", "<unk> x", "▁a▁ b", "<0x41> A", "\x00\x7f",
    "人本大" * 100, "e\u0301 \u00e9",
]
result = []
for name, replacements in variants.items():
    changed = text
    for old, new in replacements:
        assert changed.count(old) == 1, (name, old)
        changed = changed.replace(old, new)
    variant = Tokenizer.from_str(changed)
    ids = [variant.encode(line, add_special_tokens=False).ids for line in texts]
    result.append({"name": name, "replacements": replacements, "ids": ids})
# Control tokens are left out by us, and U+2581 is a space.
decoded = [
    {"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False)}
    for text, ids in zip(texts, result[0]["ids"]) if "<s>" not in text]
(here / "unigram-ids.json").write_text(
    json.dumps({"texts": texts, "variants": result, "decoded": decoded}, ensure_ascii=False) + "\n",
    encoding="utf-8")
