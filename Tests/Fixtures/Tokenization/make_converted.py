"""tokenizer.json as transformers converts it from a model of Gemma's kind, variants of it, and ids.

    pip install transformers sentencepiece protobuf
    python make_converted.py            # reads gemma-like.model and .json, writes converted.json
                                        # and converted-ids.json
"""
import json
import tempfile
from pathlib import Path

from transformers import GemmaTokenizerFast

from tokenizer_variants import Original

here = Path(__file__).parent
with tempfile.TemporaryDirectory() as folder:
    GemmaTokenizerFast(vocab_file=str(here / "gemma-like.model")).save_pretrained(folder)
    content = json.loads((Path(folder) / "tokenizer.json").read_text())
original = Original("converted", content)
part = original.part


def metaspace(**settings):
    step = {"type": "Metaspace", "replacement": "▁", **settings}
    return part("pre_tokenizer", step)


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
    return [part(key, value) for key, value in new.items()] + [["<bos>", "<begin>"], ["<eos>", "<end>"]]


mask = '"content":"<mask>","single_word":false,"lstrip":false,"rstrip":false'
variants = {
    "as it is": [],
    "no split": [part("pre_tokenizer", None)],
    "a space in front of all": [metaspace(prepend_scheme="always", split=False)],
    "a space in front of the first": [metaspace(prepend_scheme="first", split=False)],
    "no space in front": [metaspace(prepend_scheme="never", split=False)],
    "split at spaces": [metaspace(prepend_scheme="never", split=True)],
    "words with spaces in front": [
        metaspace(prepend_scheme="always", split=True), part("normalizer", None)],
    "Llama's steps": llama(),
    "a mask that takes spaces": [[mask, mask.replace("false,\"rstrip\":false", "true,\"rstrip\":true")]],
}
texts = [entry["text"] for entry in json.loads((here / "gemma-like.json").read_text())]
texts += ["<begin> pa<end>", "  pa", "<begin>", "pa <mask> ta", "<mask>", " <mask>  <mask> ta", "pa<mask>.ta \n", "pa \t<mask>", "<mask>\n pa"]
original.write_ids(variants, texts)
