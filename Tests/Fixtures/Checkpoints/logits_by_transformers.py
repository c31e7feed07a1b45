"""Computes with transformers the logits of a model folder that mmbert wrote.

Run: python logits_by_transformers.py FOLDER SEQUENCES LOGITS
SEQUENCES is a JSON list of lists of token ids; LOGITS is written as safetensors, one row of
`logits` per token. Fails if transformers finds a weight missing, unexpected or misshapen.
"""

import json
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForMaskedLM


def main(folder, sequences, output):
    model, report = AutoModelForMaskedLM.from_pretrained(
        folder, output_loading_info=True, attn_implementation="eager", dtype=torch.float32
    )
    problems = {key: value for key, value in report.items() if value}
    if problems:
        sys.exit(f"transformers loads {folder} with {problems}")
    model.eval()
    with open(sequences, encoding="utf-8") as file, torch.no_grad():
        rows = [model(torch.tensor([ids])).logits[0] for ids in json.load(file)]
    save_file({"logits": torch.cat(rows).contiguous()}, output)


if __name__ == "__main__":
    main(*sys.argv[1:])
