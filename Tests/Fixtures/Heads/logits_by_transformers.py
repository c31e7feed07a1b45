"""Computes with transformers the logits of a folder with a head that mmbert wrote.

    python logits_by_transformers.py FOLDER SEQUENCES RESULTS

SEQUENCES is a JSON list of lists of token ids. `RESULTS.safetensors` has the `logits`, of every
sequence or of every token, one row after another; `RESULTS.json` what transformers understands of
the head. Fails if transformers finds a weight missing, unexpected or misshapen.
"""

import json
import sys

import torch
import transformers
from safetensors.torch import save_file

CLASSES = {
    "SequenceClassification": transformers.AutoModelForSequenceClassification,
    "TokenClassification": transformers.AutoModelForTokenClassification,
    "QuestionAnswering": transformers.AutoModelForQuestionAnswering,
    "MultipleChoice": transformers.AutoModelForMultipleChoice,
    "MaskedLM": transformers.AutoModelForMaskedLM,
}


def logits(model, ids):
    ids = torch.tensor([ids])
    name = type(model).__name__
    if name.endswith("ForMultipleChoice"):
        return model(ids[None], attention_mask=torch.ones_like(ids)[None]).logits
    output = model(ids)
    if name.endswith("ForQuestionAnswering"):
        return torch.stack([output.start_logits[0], output.end_logits[0]], -1)
    return output.logits[0] if output.logits.dim() == 3 else output.logits


def main(folder, sequences, results):
    config = transformers.AutoConfig.from_pretrained(folder)
    model, report = CLASSES[config.architectures[0].split("For")[1]].from_pretrained(
        folder, output_loading_info=True, attn_implementation="eager", dtype=torch.float32)
    problems = {key: value for key, value in report.items() if value}
    if problems:
        sys.exit(f"transformers loads {folder} with {problems}")
    model.eval()
    with open(sequences, encoding="utf-8") as file, torch.no_grad():
        rows = [logits(model, ids) for ids in json.load(file)]
    save_file({"logits": torch.cat(rows).contiguous()}, results + ".safetensors")
    with open(results + ".json", "w", encoding="utf-8") as file:
        json.dump({"names": [config.id2label[id] for id in range(config.num_labels)],
                   "ids": config.label2id, "problem": config.problem_type,
                   "pooling": getattr(config, "classifier_pooling", "cls"), "dropout": config.classifier_dropout,
                   "rows": config.vocab_size}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
