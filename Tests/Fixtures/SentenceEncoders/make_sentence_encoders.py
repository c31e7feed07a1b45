"""A small random sentence encoder, folders that ask for other vectors, and sentence-transformers'
vectors with each.

    pip install sentence-transformers==5.7.0 transformers==4.57.6 torch
    python make_sentence_encoders.py      # writes model/ and cases.json

A case is files over those of model/, of which null ones are removed, and arguments of encode. The
tokenizer and the words of the texts are made up, those of ../Tokenization.
"""
import base64
import json
import logging
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Dense, Dropout, LayerNorm, Normalize, Pooling, Transformer
from transformers import ModernBertConfig, ModernBertModel

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
here = Path(__file__).parent
made_up = here.parent / "Tokenization"
lines = (made_up / "lines.txt").read_text(encoding="utf-8").splitlines()
TEXTS = ["", "kupe", "kupe nuri pataka", "KUPE Nuri ПАТА, Σίκα", *lines[2:30:5], "kupe nuri <mask> lola ma", "KUPE [MASK] Lola",
         "nuri " * 40]
HIDDEN = 16

torch.manual_seed(3)
model = here / "model"
shutil.rmtree(model, ignore_errors=True)
encoder = ModernBertModel(ModernBertConfig(
    vocab_size=700, hidden_size=HIDDEN, num_attention_heads=2, intermediate_size=24, num_hidden_layers=2,
    global_attn_every_n_layers=2, local_attention=8, max_position_embeddings=64, initializer_range=0.3,
    pad_token_id=0, eos_token_id=1, bos_token_id=2, cls_token_id=2, sep_token_id=1))
encoder.save_pretrained(model)
tokenizer = json.loads((made_up / "tokenizer.json").read_text(encoding="utf-8"))
(model / "tokenizer.json").write_bytes((made_up / "tokenizer.json").read_bytes())
ROLES = {"pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>",
         "mask_token": "<mask>", "cls_token": "<bos>", "sep_token": "<eos>"}
SETTINGS = ROLES | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 1000000,
                    "model_input_names": ["input_ids", "attention_mask"], "clean_up_tokenization_spaces": False}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def kinds(*names):
    return compact([
        {"idx": place, "name": str(place), "path": f"{place}_{name}" if place else "",
         "type": f"sentence_transformers.models.{name}"} for place, name in enumerate(names)])


POOLING = {"word_embedding_dimension": HIDDEN}
for name, value in {
    "tokenizer_config.json": compact(SETTINGS), "modules.json": kinds("Transformer", "Pooling"),
    "sentence_bert_config.json": compact({"max_seq_length": 64, "do_lower_case": False}),
    "1_Pooling/config.json": compact(POOLING | {"pooling_mode_mean_tokens": True}),
}.items():
    (model / name).parent.mkdir(exist_ok=True)
    (model / name).write_text(value + "\n", encoding="utf-8")

cases = []


def add(name, files=None, binaries=None, **arguments):
    """Encodes with the files over those of the model, and keeps the case."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder) / "model"
        shutil.copytree(model, folder)
        for path, content in (files or {}).items():
            (folder / path).parent.mkdir(exist_ok=True)
            if content is None:
                (folder / path).unlink(missing_ok=True)
            else:
                (folder / path).write_text(content, encoding="utf-8")
        for path, content in (binaries or {}).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(content)
        made = SentenceTransformer(str(folder), device="cpu", model_kwargs={"attn_implementation": "eager"})
        vectors = made.encode(TEXTS, batch_size=5, **arguments)
    cases.append({
        "name": name, "files": files or {},
        "binaries": {path: base64.b64encode(content).decode() for path, content in (binaries or {}).items()},
        "arguments": arguments, "width": int(vectors.shape[1]),
        "vectors": [[float(f"{number:.8g}") for number in row] for row in vectors.tolist()]})


def pooling(value, **others):
    return {"1_Pooling/config.json": compact(POOLING | {"pooling_mode": value} | others)}


def settings(**keys):
    return {"config_sentence_transformers.json": compact(keys)}


PROMPTS = {"query": "nuri kupe: ", "document": "", "other": "Lola "}
MODES = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"]
add("as it is")
for mode in MODES:
    add(f"pooling {mode}", pooling(mode))
add("several poolings", pooling(["lasttoken", "mean", "cls"]))
switches = {"cls_token": "cls", "max_tokens": "max", "mean_sqrt_len_tokens": "", "weightedmean_tokens": ""}
add("several switches", {"1_Pooling/config.json": compact(
    POOLING | {f"pooling_mode_{name}": True for name in switches} | {"pooling_mode_mean_tokens": False})})
add("no switch", {"1_Pooling/config.json": compact(POOLING | {"pooling_mode_cls_token": False})})
usual = settings(prompts=PROMPTS, default_prompt_name="query")
add("usual prompt", usual)
add("empty usual prompt", settings(prompts=PROMPTS, default_prompt_name="document"))
add("named prompt", usual, prompt_name="other")
add("given prompt", usual, prompt="pataka ")
add("no prompt", usual, prompt="")
for mode in MODES:
    add(f"prompt left out, {mode}", usual | pooling(mode, include_prompt=False))
add("prompt left out, several", usual | pooling(["cls", "weightedmean"], include_prompt=False))
add("nothing left out", pooling("mean", include_prompt=False))
add("prompt longer than texts may be", usual | pooling("mean", include_prompt=False) | {
    "sentence_bert_config.json": compact({"max_seq_length": 4})})
lower = {"sentence_bert_config.json": compact({"max_seq_length": 64, "do_lower_case": True})}
add("small letters", lower)
add("small letters and a prompt", lower | usual, prompt_name="other")
renamed = json.loads(compact(tokenizer).replace('"<mask>"', '"[MASK]"'))
add("small letters but for tokens", lower | {
    "tokenizer.json": compact(renamed), "tokenizer_config.json": compact(SETTINGS | {"mask_token": "[MASK]"})})
add("length", {"sentence_bert_config.json": compact({"max_seq_length": 9})})
add("length of the tokenizer", {
    "sentence_bert_config.json": compact({"max_seq_length": None}),
    "tokenizer_config.json": compact(SETTINGS | {"model_max_length": 7})})
add("length without a file", {
    "sentence_bert_config.json": None, "tokenizer_config.json": compact(SETTINGS | {"model_max_length": 11})})
add("length of the positions", {"sentence_bert_config.json": None})
add("length in an older file", {
    "sentence_bert_config.json": None, "sentence_xlm-roberta_config.json": compact({"max_seq_length": 8})})
add("length of the tokenizer's arguments", {
    "sentence_bert_config.json": compact({"max_seq_length": 20, "tokenizer_args": {"model_max_length": 6}})})
left = SETTINGS | {"truncation_side": "left"}
short = {"sentence_bert_config.json": compact({"max_seq_length": 9})}
add("front cut", short | {"tokenizer_config.json": compact(left)})
add("front cut by tokenizer.json", short | {"tokenizer.json": compact(tokenizer | {"truncation": {
    "direction": "Left", "max_length": 30, "strategy": "LongestFirst", "stride": 0}})})
add("front cut and a prompt left out", short | usual | pooling("mean", include_prompt=False) | {
    "tokenizer_config.json": compact(left)})
unit = {"modules.json": kinds("Transformer", "Pooling", "Normalize")}
add("normalised", unit)
add("first numbers of the folder", unit | settings(truncate_dim=5))
add("first numbers of several", pooling(["cls", "mean"]) | settings(truncate_dim=20))
add("first numbers", unit, truncate_dim=6)
add("first numbers, normalised", truncate_dim=6, normalize_embeddings=True)
add("more numbers than there are", settings(truncate_dim=100))


def saved(name, make, pooling_mode="mean", **arguments):
    """A case of modules that sentence-transformers itself saves."""
    with tempfile.TemporaryDirectory() as folder:
        start = Transformer(str(model), model_kwargs={"attn_implementation": "eager"})
        pooled = Pooling(HIDDEN, pooling_mode)
        torch.manual_seed(len(cases))
        SentenceTransformer(modules=[start, pooled, *make()], device="cpu").save(folder)
        files, binaries = {}, {}
        for path in sorted(Path(folder).rglob("*")):
            local = str(path.relative_to(folder))
            if not path.is_file() or local in ("README.md", "config.json", "model.safetensors") or "token" in local:
                continue
            if path.suffix == ".json":
                files[local] = compact(json.loads(path.read_text(encoding="utf-8")))
            else:
                save_file(load_file(path), path)  # without metadata
                binaries[local] = path.read_bytes()
    add(name, files, binaries, **arguments)


def scaled(layer):
    for weight in layer.parameters():
        torch.nn.init.normal_(weight)
    return layer


nn = torch.nn
saved("saved, plain", lambda: [Normalize()])
saved("dense", lambda: [Dense(HIDDEN, 8)])
saved("dense without bias", lambda: [Dense(HIDDEN, 24, bias=False, activation_function=nn.Identity()), Normalize()])
saved("several dense", lambda: [
    Dense(HIDDEN, 20, activation_function=nn.GELU()), Normalize(), Dense(20, 6, activation_function=nn.ReLU())])
saved("other functions", lambda: [
    Dense(HIDDEN, 12, activation_function=nn.SiLU()), Dense(12, 9, activation_function=nn.Sigmoid())])
saved("layer norm", lambda: [scaled(LayerNorm(HIDDEN)), Dropout(0.5), Normalize()])
saved("everything", lambda: [
    Normalize(), Dense(2 * HIDDEN, 10), scaled(LayerNorm(10)), Normalize()], ("weightedmean", "max"),
    truncate_dim=7, prompt="nuri ")

(here / "cases.json").write_text(compact({"texts": TEXTS, "cases": cases}) + "\n", encoding="utf-8")
print(len(cases), "cases of", len(TEXTS), "texts")
