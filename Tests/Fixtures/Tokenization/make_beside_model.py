"""Folders with tokenizer.json beside tokenizer.model that say other things, and the ids that
AutoTokenizer gives with each.

    pip install transformers==4.57.6 tokenizers==0.22.2
    python make_beside_model.py         # reads tiny.model tokenizer.json, writes beside-model.json

A variant is a list of replacements in tokenizer.json and the content of the files beside it. What
mmbert refuses has the place of the error.
"""
import json
import os
import shutil
import tempfile
from pathlib import Path

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from transformers import AutoTokenizer  # noqa: E402

here = Path(__file__).parent
original = (here / "tokenizer.json").read_text(encoding="utf-8")
content = json.loads(original)

TEXTS = [
    "[DOC] pa ta", "pa [DOC]  ta[DOC]", "  pata  papa\tta", "pa<mask>ta <mask> ta",
    "[CLS] pa [SEP]", "e\u0301 é ﬁ Pa", "",
]
ROLES = {
    "pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>",
    "mask_token": "<mask>", "cls_token": "<bos>", "sep_token": "<eos>",
}
FLAGS = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": True}


def rules(text, **changes):
    return {"content": text, **FLAGS, **changes}


def decoder(**more):
    tokens = {str(t["id"]): {k: t[k] for k in ["content", *FLAGS]} for t in content["added_tokens"]}
    return {**tokens, **more}


def configuration(**changes):
    return {"added_tokens_decoder": decoder(), "tokenizer_class": "PreTrainedTokenizerFast",
            **ROLES, **changes}


def part(key, value):
    return [f'"{key}": ' + json.dumps(content[key], ensure_ascii=False),
            f'"{key}": ' + json.dumps(value, ensure_ascii=False)]


def added(*tokens):
    more = [{"id": 700 + number, **token} for number, token in enumerate(tokens)]
    return part("added_tokens", content["added_tokens"] + more)


def template(*names, ids=None):
    def step(name):
        return {"Sequence": {"id": "A", "type_id": 0}} if name == "A" else {
            "SpecialToken": {"id": name, "type_id": 0}}
    known = {"<bos>": 2, "<eos>": 1, "[CLS]": 700, "[SEP]": 701, **(ids or {})}
    return part("post_processor", {
        "type": "TemplateProcessing", "single": [step(name) for name in names],
        "pair": [*map(step, names), {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {
            name: {"id": name, "ids": [known[name]], "tokens": [name]}
            for name in names if name != "A"}})


def metaspace(**changes):
    return [part("normalizer", None), part(
        "pre_tokenizer", {"type": "Metaspace", "replacement": "▁", **changes})]


CONFIG, MAP, ADDED = "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"
# Runs of U+2581 are among the added tokens.
RUNS = "tokenizer.json: added_tokens"
doc = rules("[DOC]")
ends = added(rules("[CLS]"), rules("[SEP]"))
mask = [t if t["content"] != "<mask>" else {**t, "lstrip": True} for t in content["added_tokens"]]
old = {k: v for k, v in configuration().items() if k != "added_tokens_decoder"}
# Name: replacements, files beside, where mmbert's error is.
VARIANTS = {
    "the same": ([], {CONFIG: configuration()}),
    "an added token": ([added(doc)], {CONFIG: configuration()}),
    "one that takes the space before": ([added({**doc, "lstrip": True})], {}),
    "one that takes the space behind": ([added({**doc, "rstrip": True})], {}),
    "one that is no special token": (
        [added({**doc, "special": False, "normalized": True})], {CONFIG: configuration()}),
    "one that is a piece": (
        [part("added_tokens", content["added_tokens"] + [
            {"id": content["model"]["vocab"]["pa"], **rules("pa")}])], {}),
    "one of a whole word": (
        [added({**doc, "single_word": True})], {}, "tokenizer.json: added_tokens"),
    "another id": (
        [part("added_tokens", content["added_tokens"] + [
            {"id": 701, **doc}, {"id": 700, **rules("[X]")}])], {}, "tokenizer.json: added_tokens"),
    "an added token of the configuration": (
        [], {CONFIG: configuration(added_tokens_decoder=decoder(**{"900": doc}))}),
    "rules of the configuration": (
        [added(doc)],
        {CONFIG: configuration(added_tokens_decoder=decoder(**{"700": {**doc, "lstrip": True}}))}),
    "rules that the configuration takes back": (
        [part("added_tokens", mask)], {CONFIG: configuration()}),
    "a new token with a role": ([], {CONFIG: configuration(sep_token="[SEP]")}),
    "a new token without one": ([], {CONFIG: configuration(additional_special_tokens=["[DOC]"])}),
    "a piece with a role": ([], {CONFIG: configuration(sep_token="pa")}),
    "another mask": (
        [added(rules("[MASK]"))], {CONFIG: configuration(mask_token="[MASK]")}),
    "a map that does not count": ([], {CONFIG: configuration(), MAP: {"sep_token": "[SEP]"}}),
    "a map of older versions": ([], {CONFIG: old, MAP: {"sep_token": "[SEP]"}}),
    "rules of such a map": (
        [added(doc)], {CONFIG: old, MAP: {"sep_token": {**doc, "lstrip": True}}}),
    "added tokens of older versions": ([], {CONFIG: old, ADDED: {"[DOC]": 700}}),
    "added tokens that do not count": ([], {CONFIG: configuration(), ADDED: {"[DOC]": 700}}),
    "a space in front": (metaspace(prepend_scheme="always", split=False), {}, RUNS),
    "a space in front of the first": (metaspace(prepend_scheme="first", split=False), {}, RUNS),
    "a space in front, as older versions say it": (metaspace(add_prefix_space=True), {}, RUNS),
    "words apart": (metaspace(prepend_scheme="never", split=True), {}, RUNS),
    "a normal form": (
        [part("normalizer", {"type": "Sequence", "normalizers": [
            {"type": "NFC"}, content["normalizer"]]})], {}, "tokenizer.json: normalizer"),
    "small letters": (
        [part("normalizer", {"type": "Sequence", "normalizers": [
            {"type": "Lowercase"}, content["normalizer"]]})], {}, "tokenizer.json: normalizer"),
    "other ends": ([ends, template("[CLS]", "A", "[SEP]")], {}),
    "ends the other way round": ([template("<eos>", "A", "<bos>")], {}),
    "a sequence of one": (
        [part("post_processor", {
            "type": "Sequence", "processors": [content["post_processor"]]})], {}),
    "no end": ([template("<bos>", "A")], {}, "tokenizer.json: post_processor"),
    "nothing around": ([part("post_processor", None)], {}, "tokenizer.json: post_processor"),
    "another id around": (
        [template("<bos>", "A", "<eos>", ids={"<bos>": 3})], {}, "tokenizer.json: post_processor"),
    "a class without end": (
        [], {CONFIG: configuration(tokenizer_class="GemmaTokenizerFast")},
        "tokenizer.json: post_processor"),
    "a class with both": (
        [], {CONFIG: configuration(tokenizer_class="GemmaTokenizer", add_eos_token=True)}),
    "keys of such a class in another": ([], {CONFIG: configuration(add_bos_token=False)}),
    "special tokens that are split": (
        [], {CONFIG: configuration(split_special_tokens=True)},
        "tokenizer_config.json: split_special_tokens"),
    "pieces where they join": (
        [['"ignore_merges": false', '"ignore_merges": true']], {},
        "tokenizer.json: model.ignore_merges"),
    "no bytes": ([['"byte_fallback": true', '"byte_fallback": false']], {}),
    "lengths": (
        [['"truncation": null', '"truncation": ' + json.dumps({
            "direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0})]], {}),
}


def ids(replacements, files):
    folder = Path(tempfile.mkdtemp())
    text = original
    for before, after in replacements:
        assert before in text, before
        text = text.replace(before, after)
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    shutil.copy(here / "tiny.model", folder / "tokenizer.model")
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    if CONFIG not in files:
        (folder / "config.json").write_text('{"model_type": "modernbert"}')
    tokenizer = AutoTokenizer.from_pretrained(folder)
    found = [tokenizer(text)["input_ids"] for text in TEXTS]
    shutil.rmtree(folder)
    return found


variants = []
for name, (replacements, files, *place) in VARIANTS.items():
    variant = {"name": name, "replacements": replacements,
               "files": {n: json.dumps(v, ensure_ascii=False) for n, v in files.items()}}
    if place:
        variant["error"] = place[0]
    else:
        variant["ids"] = ids(replacements, files)
    variants.append(variant)
(here / "beside-model.json").write_text(
    json.dumps({"texts": TEXTS, "variants": variants}, ensure_ascii=False) + "\n", encoding="utf-8")
