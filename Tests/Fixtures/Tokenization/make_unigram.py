"""A unigram tokenizer.json as of Japanese ModernBERT models, variants of it, and ids.

    pip install tokenizers
    python make_unigram.py        # reads lines.txt, writes unigram.json and unigram-ids.json

The trainer's scores differ a little from run to run.
"""
import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from tokenizer_variants import Original

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
original = Original("unigram", content)
part = original.part


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
# Control tokens are left out by us.
original.write_ids(variants, texts, lambda text: "<s>" not in text)
