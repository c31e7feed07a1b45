"""Writes what the losses of sentence-transformers are of given vectors, and of a tiny model.

    python make_contrast.py

`losses.json` has for each case the rule, the `score` of every pair where it has one, and the loss;
`losses.safetensors` its `NAME.vectors`, those of each row's texts one after another, and
`NAME.gradient`. `model.json` has the token ids of each row's texts, the rule and the loss of the
encoder in ../Heads/models/label-mean-5 with mean pooling; `model.safetensors` the `gradient.` of
every parameter. All in double precision; sequences of the model are padded.

Made with torch 2.15.0, transformers 4.57.6, sentence-transformers 5.7.0.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from sentence_transformers.sentence_transformer import losses
from transformers import AutoModel

HERE = pathlib.Path(__file__).parent
ENCODER = HERE.parent / "Heads" / "models" / "label-mean-5"
VOCABULARY = 60


class Given(torch.nn.Module):
    """Stands for a model whose vectors are given: of the features as they are."""

    def forward(self, features):
        return dict(features)


def vectors(rows, texts, size, seed, scale=1.0):
    numbers = torch.Generator().manual_seed(seed)
    return scale * torch.randn(rows, texts, size, generator=numbers, dtype=torch.float64)


CASES = {
    "pairs": dict(rows=7, texts=2, scale=20),
    "one-negative": dict(rows=5, texts=3, scale=20),
    "three-negatives": dict(rows=4, texts=5, scale=7.5),
    "symmetric": dict(rows=6, texts=2, scale=20, symmetric=True),
    "symmetric-negatives": dict(rows=6, texts=4, scale=20, symmetric=True),
    "matryoshka": dict(rows=6, texts=3, scale=20, dimensions=[24, 8, 3]),
    "many": dict(rows=600, texts=2, scale=20, size=4),
    "single": dict(rows=1, texts=2, scale=20),
    "scored": dict(rows=9, texts=2, scale=20, name="cosent"),
    "scored-matryoshka": dict(rows=9, texts=2, scale=20, name="cosent", dimensions=[24, 5]),
}


def loss_of(model, case):
    if case.get("name") == "cosent":
        loss = losses.CoSENTLoss(model, scale=case["scale"])
    elif case.get("symmetric"):
        loss = losses.MultipleNegativesRankingLoss(
            model, scale=case["scale"], directions=("query_to_doc", "doc_to_query"),
            partition_mode="per_direction")
    else:
        loss = losses.MultipleNegativesRankingLoss(model, scale=case["scale"])
    return loss


def value(case, x, scores):
    """The loss of vectors [rows, texts, size]; sizes of Matryoshka each cut the vectors first."""
    total = 0
    for size in case.get("dimensions") or [x.shape[2]]:
        features = [{"sentence_embedding": x[:, text, :size]} for text in range(x.shape[1])]
        total = total + loss_of(Given(), case)(features, scores)
    return total


def main():
    records, numbers = {}, {}
    for seed, (name, case) in enumerate(CASES.items()):
        x = vectors(case["rows"], case["texts"], case.get("size", 24), seed).float().double()
        if name == "pairs":
            x[2] = 0  # A vector of length 0.
        x.requires_grad_()
        scores = torch.tensor([float(row % 4) for row in range(case["rows"])],
                              dtype=torch.float64)
        loss = value(case, x, scores)
        loss.backward()
        records[name] = {
            "texts": case["texts"], "name": case.get("name", "in-batch"), "scale": case["scale"],
            "symmetric": case.get("symmetric", False), "dimensions": case.get("dimensions", []),
            "scores": scores.tolist() if case.get("name") == "cosent" else [],
            "loss": loss.item(),
        }
        numbers[f"{name}.vectors"] = x.detach().float().reshape(-1, x.shape[2]).contiguous()
        numbers[f"{name}.gradient"] = x.grad.float().reshape(-1, x.shape[2]).contiguous()
    (HERE / "losses.json").write_text(json.dumps(records, indent=1) + "\n")
    save_file(numbers, HERE / "losses.safetensors")

    encoder = AutoModel.from_pretrained(ENCODER).double().eval()
    numbers = torch.Generator().manual_seed(99)
    rows = [[torch.randint(5, VOCABULARY, (length,), generator=numbers).tolist()
             for length in lengths] for lengths in [(5, 9, 1), (2, 13, 7), (11, 3, 4), (6, 6, 8)]]
    pooled = []
    for text in range(3):
        texts = [row[text] for row in rows]
        longest = max(map(len, texts))
        ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids in texts])
        mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in texts])
        states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        pooled.append((states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))
    case = dict(scale=20)
    loss = value(case, torch.stack(pooled, 1), None)
    loss.backward()
    (HERE / "model.json").write_text(
        json.dumps({"rows": rows, "scale": 20, "loss": loss.item()}) + "\n")
    save_file({"gradient." + name: p.grad.float().contiguous()
               for name, p in encoder.named_parameters()}, HERE / "model.safetensors")


main()
