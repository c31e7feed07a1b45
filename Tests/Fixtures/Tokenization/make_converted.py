"""tokenizer.json as transformers converts it from a model of Gemma's kind, variants of it, and ids.

    pip install transformers sentencepiece protobuf
    python make_converted.py            # reads gemma-like.model and .json, writes converted.json
                                        # and converted-ids.json

A variant is a list of replacements in the text of converted.json, wherever the old text stands.
"""
import json
import tempfile
from pathlib import Path

from tokenizers import Tokenizer
from transformers import GemmaTokenizerFast

here = Path(__file__).parent
with tempfile.TemporaryDirectory() as folder:
    GemmaTokenizerFast(vocab_file=str(here / "gemma-like.model")).save_pretrained(folder)
    content = json.loads((Path(folder) / "tokenizer.json").read_text())
text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
(here / "converted.json").write_text(text)


def part(key):
    return f'"{key}":' + json.dumps(content[key], ensure_ascii=False, separators=(",", ":"))


def metaspace(**settings):
    step = {"type": "Metaspace", "replacement": "▁", **settings}
    return [part("pre_tokenizer"), '"pre_tokenizer":' + json.dumps(step, ensure_ascii=False)]


def llama():
    """Steps as transformers converts Llama's tokenizers."""
    def token(name, id):
        return {"id": name, "ids": [id], "tokens": [name]}
    steps = {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
    ends = [{"SpecialToken": {"id": name, "type_id": 0}} for name in ("<begin>", "<end>")]
    single = [ends[0], {"Sequence": {"id": "A", "type_id": 0}}, ends[1]]
    template = {"type": "TemplateProcessing", "single": single, "pair": single,
                "special_tokens": {"<begin>": token("<begin>", 2), "<end>": token("<end>", 1)}}
    new = {"normalizer": steps, "pre_tokenizer": None, "post_processor": template}
    return [[part(key), f'"{key}":' + json.dumps(value, ensure_ascii=False)]
            for key, value in new.items()] + [["<bos>", "<begin>"], ["<eos>", "<end>"]]


mask = '"content":"<mask>","single_word":false,"lstrip":false,"rstrip":false'
assert mask in text
variants = {
    "as it is": [],
    "no split": [[part("pre_tokenizer"), '"pre_tokenizer":null']],
    "a space in front of all": [metaspace(prepend_scheme="always", split=False)],
    "a space in front of the first": [metaspace(prepend_scheme="first", split=False)],
    "no space in front": [metaspace(prepend_scheme="never", split=False)],
    "split at spaces": [metaspace(prepend_scheme="never", split=True)],
    "words with spaces in front": [
        metaspace(prepend_scheme="always", split=True), [part("normalizer"), '"normalizer":null']],
    "Llama's steps": llama(),
    "a mask that takes spaces": [[mask, mask.replace("false,\"rstrip\":false", "true,\"rstrip\":true")]],
}
texts = [entry["text"] for entry in json.loads((here / "gemma-like.json").read_text())]
texts += ["<begin> pa<end>", "  pa", "<begin>", "pa <mask> ta", "<mask>", " <mask>  <mask> ta", "pa<mask>.ta \n", "pa \t<mask>", "<mask>\n pa"]
result = []
for name, replacements in variants.items():
    changed = text
    for old, new in replacements:
        assert old in changed, old
        changed = changed.replace(old, new)
    tokenizer = Tokenizer.from_str(changed)
    ids = [tokenizer.encode(line, add_special_tokens=False).ids for line in texts]
    result.append({"name": name, "replacements": replacements, "ids": ids})
(here / "converted-ids.json").write_text(
    json.dumps({"texts": texts, "variants": result}, ensure_ascii=False) + "\n")
