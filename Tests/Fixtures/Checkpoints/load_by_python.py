"""Loads a model folder that mmbert wrote as others do, and computes with it in fp32.

    python load_by_python.py FOLDER TEXTS RESULTS

TEXTS is a JSON list of texts. RESULTS is written as safetensors: the `ids` that AutoTokenizer
makes of them, end to end with `lengths`; the `logits` of AutoModelForMaskedLM and the `hidden`
states of AutoModel, one row per id; and the `vectors` of SentenceTransformer. Fails if a weight is
missing, unexpected or misshapen, or if the folder does not name its pooling.
"""

import json
import sys

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoModelForMaskedLM, AutoTokenizer


def load(kind, folder, allowed=()):
    model, report = kind.from_pretrained(
        folder, output_loading_info=True, attn_implementation="eager", dtype=torch.float32)
    problems = {key: [name for name in value if not name.startswith(tuple(allowed))]
                for key, value in report.items() if value}
    if any(problems.values()):
        sys.exit(f"{kind.__name__} loads {folder} with {problems}")
    return model.eval()


def main(folder, texts, output):
    with open(texts, encoding="utf-8") as file:
        texts = json.load(file)
    ids = AutoTokenizer.from_pretrained(folder)(texts)["input_ids"]
    masked = load(AutoModelForMaskedLM, folder)
    # The base model has no use for the head; nobody has one for the pooler of an older family.
    base = load(AutoModel, folder, (
        "decoder.bias", "head.dense.weight", "head.norm.weight", "lm_head.", "cls.predictions.",
        "pooler."))
    sentences = SentenceTransformer(
        folder, device="cpu",
        model_kwargs=dict(dtype=torch.float32, attn_implementation="eager"))
    modules = [type(module).__name__ for module in sentences]
    if modules != ["Transformer", "Pooling"]:
        sys.exit(f"SentenceTransformer makes of {folder} {modules}")
    with torch.no_grad():
        rows = [torch.tensor([sequence]) for sequence in ids]
        logits = torch.cat([masked(row).logits[0] for row in rows])
        hidden = torch.cat([base(row).last_hidden_state[0] for row in rows])
    save_file(
        {"ids": torch.tensor(sum(ids, [])).int(),
         "lengths": torch.tensor([len(sequence) for sequence in ids]).int(),
         "logits": logits.contiguous(), "hidden": hidden.contiguous(),
         "vectors": torch.tensor(sentences.encode(texts))}, output)


if __name__ == "__main__":
    main(*sys.argv[1:])
