"""Writes tiny random ModernBERT models with heads for tasks as transformers saves them, with what
it computes and how torch trains them.

    python make_heads.py

For each case a folder `models/NAME` as saved, and beside it

- `NAME.json`: a batch of `sequences`, the `rows` that a head for tags reads of each, what is to be
  learned of every example (`labels`, `numbers`, `spans`), how many `choices` an example has, and
  the `loss`;
- `NAME.safetensors`: the `logits` of sequences or of rows, one after another, and the `gradient.`
  of every parameter.

For some cases `NAME-trained.json` and `NAME-trained.safetensors`: twelve examples, four of which
are learned from in every step, the `losses` and `rates` of 20 steps, the `norms` of their gradients
before they are cut, and the parameters afterwards. The rule is that of transformers' Trainer:
AdamW, gradients cut to norm 1, 2 steps of warm-up, then down to 0; norms and biases do not decay.

All is computed in double precision from the stored weights. Sequences are padded; those of a head
for answers have equal lengths, because padding would take part in its softmax.

Made with torch 2.15.0, transformers 4.57.6.
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file
from transformers import (
    ModernBertConfig, ModernBertForMultipleChoice, ModernBertForQuestionAnswering,
    ModernBertForSequenceClassification, ModernBertForTokenClassification,
    get_linear_schedule_with_warmup)

HERE = pathlib.Path(__file__).parent / "models"
VOCABULARY = 60
LENGTHS = [5, 1, 13, 9]
STEPS = 20
PEAK = 2e-3

NAMES = ["no", "yes", "vielleicht „so“", 'a "quoted" \\ name', "Größe\t汉"]

SEQUENCE, TOKENS = ModernBertForSequenceClassification, ModernBertForTokenClassification
CASES = {
    "score-cls": dict(kind=SEQUENCE, outputs=1, pooling="cls"),
    "score-mean": dict(kind=SEQUENCE, outputs=1, pooling="mean", problem="regression"),
    "label-cls-2": dict(kind=SEQUENCE, outputs=2, pooling="cls", trains=True),
    "label-mean-2": dict(kind=SEQUENCE, outputs=2, pooling="mean",
                         problem="single_label_classification"),
    "label-cls-5": dict(kind=SEQUENCE, outputs=5, pooling="cls", named=True),
    "label-mean-5": dict(kind=SEQUENCE, outputs=5, pooling="mean", layers=3),
    "labels-mean-5": dict(kind=SEQUENCE, outputs=5, pooling="mean", named=True,
                          problem="multi_label_classification"),
    "tokens-1": dict(kind=TOKENS, outputs=1, pooling="cls"),
    "tokens-5": dict(kind=TOKENS, outputs=5, pooling="mean", named=True, trains=True),
    "answers": dict(kind=ModernBertForQuestionAnswering, outputs=2, pooling="cls", layers=3),
    "choice-cls": dict(kind=ModernBertForMultipleChoice, outputs=2, pooling="cls"),
    "choice-mean": dict(kind=ModernBertForMultipleChoice, outputs=2, pooling="mean", trains=True),
}


def build(number, case):
    torch.manual_seed(number)
    names = {}
    if case.get("named"):
        ids = dict(enumerate(NAMES))
        names = dict(id2label=ids, label2id={name: id for id, name in ids.items()})
    else:
        names = dict(num_labels=case["outputs"])
    config = ModernBertConfig(
        vocab_size=VOCABULARY, hidden_size=16, num_attention_heads=2, intermediate_size=12,
        num_hidden_layers=case.get("layers", 2), global_attn_every_n_layers=2, local_attention=6,
        max_position_embeddings=64, global_rope_theta=1000.0, local_rope_theta=100.0,
        pad_token_id=0, eos_token_id=1, bos_token_id=2, cls_token_id=2, sep_token_id=1,
        classifier_pooling=case["pooling"], problem_type=case.get("problem"),
        classifier_dropout=0.25, reference_compile=False, **names)
    model = case["kind"](config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.uniform_(0.5, 1.5)
            elif name.endswith("bias"):
                parameter.normal_(0, 0.5)
            else:
                parameter.normal_(0, parameter.shape[1] ** -0.5)
    return model


class Examples:
    """`count` examples of what a case learns, as lists."""

    def __init__(self, case, count, seed):
        generator = torch.Generator().manual_seed(seed)

        def draw(below, *shape, least=0):
            return torch.randint(least, below, shape, generator=generator).tolist()

        kind, outputs = case["kind"], case["outputs"]
        self.choices = 3 if kind is ModernBertForMultipleChoice else 1
        lengths = [LENGTHS[place % len(LENGTHS)] for place in range(count * self.choices)]
        if kind is ModernBertForQuestionAnswering:
            lengths = [11] * count
        self.sequences = [[2] + draw(VOCABULARY, length - 1, least=1) for length in lengths]
        self.rows, self.labels, self.numbers, self.spans = [], [], [], []
        if kind is TOKENS:
            # Not every token is read, and of one sequence none.
            self.rows = [[row for row in range(length) if length != 9 and row % 3 != 1]
                         for length in lengths]
            self.labels = [draw(outputs, len(rows)) for rows in self.rows]
        elif kind is ModernBertForQuestionAnswering:
            ends = [sorted(draw(11, 2, least=4)) for _ in lengths]
            self.spans = [[0, 0] if place == 1 else span for place, span in enumerate(ends)]
        elif kind is ModernBertForMultipleChoice:
            self.labels = draw(self.choices, count)
        elif case.get("problem") == "multi_label_classification":
            self.numbers = [draw(2, outputs) for _ in lengths]
        elif outputs == 1:
            self.numbers = torch.randn(count, 1, generator=generator).round(decimals=2).tolist()
        else:
            self.labels = draw(outputs, count)

    def arguments(self, places, case):
        """What transformers is given for some of the examples."""
        own = [place * self.choices + choice for place in places for choice in range(self.choices)]
        sequences = [self.sequences[place] for place in own]
        width = max(map(len, sequences))
        ids = torch.tensor([ids + [0] * (width - len(ids)) for ids in sequences])
        mask = torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids in sequences])
        if self.choices > 1:
            ids, mask = (x.view(len(places), self.choices, width) for x in (ids, mask))
        arguments = dict(input_ids=ids, attention_mask=mask)
        if self.spans:
            starts, ends = torch.tensor([self.spans[place] for place in places]).T
            return dict(arguments, start_positions=starts, end_positions=ends)
        if self.rows:
            labels = torch.full((len(places), width), -100)
            for line, place in zip(labels, places):
                line[self.rows[place]] = torch.tensor(self.labels[place], dtype=torch.long)
        elif self.numbers:
            labels = torch.tensor([self.numbers[place] for place in places], dtype=torch.double)
        else:
            labels = torch.tensor([self.labels[place] for place in places])
        return dict(arguments, labels=labels)

    def logits(self, output):
        """The logits that mmbert gives, one row after another."""
        if self.spans:
            return torch.stack([output.start_logits, output.end_logits], -1).flatten(0, 1)
        if self.rows:
            return torch.cat([line[rows] for line, rows in zip(output.logits, self.rows)])
        return output.logits.reshape(-1, 1) if self.choices > 1 else output.logits

    def record(self):
        return {"sequences": self.sequences, "rows": self.rows, "labels": self.labels,
                "numbers": self.numbers, "spans": self.spans, "choices": self.choices}


def load(name, case):
    return case["kind"].from_pretrained(
        HERE / name, dtype=torch.double, attn_implementation="sdpa").eval()


def save(name, record, tensors):
    (HERE / f"{name}.json").write_text(json.dumps(record) + "\n")
    save_file({key: value.detach().float().contiguous() for key, value in tensors.items()},
              HERE / f"{name}.safetensors")


def compute(name, case, number):
    model = load(name, case)
    examples = Examples(case, 4, 100 + number)
    arguments = examples.arguments(range(4), case)
    output = model(**arguments)
    output.loss.backward()
    single = case["kind"].from_pretrained(HERE / name, attn_implementation="eager").eval()
    if "labels" in arguments and arguments["labels"].is_floating_point():
        arguments["labels"] = arguments["labels"].float()
    error = (examples.logits(single(**arguments)) - examples.logits(output)).abs().max()
    assert error < 1e-5, (name, error)
    gradients = {f"gradient.{key}": value.grad for key, value in model.named_parameters()}
    save(name, dict(examples.record(), loss=output.loss.item()),
         {"logits": examples.logits(output), **gradients})


def train(name, case, number):
    model = load(name, case)
    examples = Examples(case, 12, 200 + number)
    named = list(model.named_parameters())
    decays = [p for key, p in named if not key.endswith("norm.weight") and "bias" not in key]
    others = [p for key, p in named if key.endswith("norm.weight") or "bias" in key]
    optimizer = torch.optim.AdamW(
        [dict(params=decays, weight_decay=0.01), dict(params=others, weight_decay=0)],
        lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    schedule = get_linear_schedule_with_warmup(optimizer, 2, STEPS)
    losses, norms, rates = [], [], []
    for step in range(STEPS):
        places = [(4 * step + place) % 12 for place in range(4)]
        optimizer.zero_grad()
        loss = model(**examples.arguments(places, case)).loss
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        rates.append(schedule.get_last_lr()[0])
        losses.append(loss.item())
        optimizer.step()
        schedule.step()
    record = dict(examples.record(), losses=losses, norms=norms, rates=rates)
    save(f"{name}-trained", record, dict(model.named_parameters()))


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    for number, (name, case) in enumerate(CASES.items()):
        build(number, case).save_pretrained(HERE / name)
        compute(name, case, number)
        if case.get("trains"):
            train(name, case, number)


if __name__ == "__main__":
    main()
