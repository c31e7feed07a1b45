"""Writes tiny random XLM-RoBERTa, RoBERTa and BERT models as transformers saves them, with what it
computes and how torch trains them.

    python make_families.py

For each case a folder `NAME` as saved, and beside it

- `NAME.json`: a batch of `sequences`, the `types` of their tokens where the case has types, what is
  to be learned, and the `loss`. Of masked language models `labels` are of tokens, −100 where none is
  scored; of heads for tasks all is as in ../Heads/make_heads.py;
- `NAME.safetensors`: `hidden` states of every token, `logits` of scored tokens, sequences or rows,
  one after another, and the `gradient.` of every parameter.

For some heads `NAME-trained.json` and `NAME-trained.safetensors`, as in ../Heads/make_heads.py.

`old` is renamed as TensorFlow's checkpoints were: gamma and beta, with a pooler, BERT's guess of the
next sentence, buffers, and a copy of the decoder. `xlmr-copies` has what fairseq's conversion stores
twice. Bare encoders have no prefix. Their sequences have all lengths from 1 to the limit.

All is computed in double precision from the stored weights.

Made with torch 2.15.0, transformers 4.57.6.
"""

import json
import pathlib
import shutil

import torch
import transformers
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
VOCABULARY, LIMIT, STEPS, PEAK = 60, 40, 20, 2e-3
LENGTHS = [5, 1, 13, 9]
NAMES = ["no", "yes", "perhaps"]

CASES = {
    "xlmr": dict(model="XLMRobertaModel"),
    "bert": dict(model="BertModel", types=True),
    "xlmr-masked": dict(model="XLMRobertaForMaskedLM"),
    "xlmr-copies": dict(model="XLMRobertaForMaskedLM", change="copies"),
    "roberta-masked": dict(model="RobertaForMaskedLM"),
    "bert-masked": dict(model="BertForMaskedLM", types=True),
    "old": dict(model="BertForPreTraining", change="old"),
    "xlmr-label-3": dict(model="XLMRobertaForSequenceClassification", outputs=3, trains=True),
    "xlmr-labels-3": dict(model="XLMRobertaForSequenceClassification", outputs=3,
                          problem="multi_label_classification"),
    "xlmr-score": dict(model="XLMRobertaForSequenceClassification", outputs=1),
    "xlmr-tokens-3": dict(model="XLMRobertaForTokenClassification", outputs=3),
    "xlmr-answers": dict(model="XLMRobertaForQuestionAnswering", outputs=2),
    "xlmr-choice": dict(model="XLMRobertaForMultipleChoice", outputs=2),
    "roberta-label-3": dict(model="RobertaForSequenceClassification", outputs=3),
    "bert-label-3": dict(model="BertForSequenceClassification", outputs=3, types=True),
    "bert-score": dict(model="BertForSequenceClassification", outputs=1, problem="regression"),
    "bert-tokens-3": dict(model="BertForTokenClassification", outputs=3, trains=True),
    "bert-answers": dict(model="BertForQuestionAnswering", outputs=2, types=True),
    "bert-choice": dict(model="BertForMultipleChoice", outputs=2, types=True),
}


def is_bert(case):
    return case["model"].startswith("Bert")


def build(number, case):
    torch.manual_seed(number)
    sizes = dict(
        vocab_size=VOCABULARY, hidden_size=16, num_attention_heads=4, intermediate_size=24,
        num_hidden_layers=2, classifier_dropout=0.25, problem_type=case.get("problem"))
    if case.get("outputs", 0) > 2:
        ids = dict(enumerate(NAMES))
        sizes.update(id2label=ids, label2id={name: id for id, name in ids.items()})
    elif case.get("outputs"):
        sizes["num_labels"] = case["outputs"]
    if is_bert(case):
        config = transformers.BertConfig(max_position_embeddings=LIMIT, **sizes)
    else:
        kind = "XLMRobertaConfig" if case["model"].startswith("XLM") else "RobertaConfig"
        config = getattr(transformers, kind)(
            max_position_embeddings=LIMIT + 2, type_vocab_size=1, layer_norm_eps=1e-5, **sizes)
    model = getattr(transformers, case["model"])(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm.weight" in name.lower():
                parameter.uniform_(0.5, 1.5)
            elif parameter.dim() == 1:
                parameter.normal_(0, 0.3)
            else:
                parameter.normal_(0, parameter.shape[1] ** -0.5)
    return model


def change(name, case):
    """Brings the saved tensors of a case into the form of older files."""
    kind = case.get("change")
    if not kind:
        return
    path = HERE / name / "model.safetensors"
    tensors = load_file(path)
    prefix = "bert" if is_bert(case) else "roberta"
    table = f"{prefix}.embeddings.word_embeddings.weight"
    buffers = {f"{prefix}.embeddings.position_ids": torch.arange(LIMIT)[None]}
    if kind == "old":
        tensors = {key.replace("LayerNorm.weight", "LayerNorm.gamma")
                   .replace("LayerNorm.bias", "LayerNorm.beta"): value
                   for key, value in tensors.items()}
        buffers["cls.predictions.decoder.weight"] = tensors[table].clone()
        buffers[f"{prefix}.embeddings.token_type_ids"] = torch.zeros(1, LIMIT, dtype=torch.long)
    else:
        buffers["lm_head.decoder.weight"] = tensors[table].clone()
        buffers["lm_head.decoder.bias"] = tensors["lm_head.bias"].clone()
    save_file({**tensors, **buffers}, path, metadata={"format": "pt"})


class Examples:
    """`count` examples of what a case learns, as lists."""

    def __init__(self, case, count, seed):
        generator = torch.Generator().manual_seed(seed)

        def draw(below, *shape, least=0):
            return torch.randint(least, below, shape, generator=generator).tolist()

        kind, outputs = case["model"], case.get("outputs")
        self.choices = 3 if "Choice" in kind else 1
        lengths = [LENGTHS[place % len(LENGTHS)] for place in range(count * self.choices)]
        if not outputs:
            lengths = list(range(1, LIMIT + 1)) if "For" not in kind else [1, 2, 17, LIMIT]
        elif "Question" in kind:
            lengths = [11] * count
        # No padding token: its row and its position are of no text.
        self.sequences = [[0 if place == 0 else id for place, id in
                           enumerate(draw(VOCABULARY, length, least=2))] for length in lengths]
        self.types = []
        if case.get("types"):
            self.types = [[int(place > length // 2) for place in range(length)]
                          for length in lengths]
        if is_bert(case):
            for ids in self.sequences:
                ids[0] = 2
        self.rows, self.labels, self.numbers, self.spans = [], [], [], []
        if not outputs:
            self.labels = [[id if place % 3 == 0 else -100 for place, id in
                            enumerate(draw(VOCABULARY, length))] for length in lengths]
        elif "Token" in kind:
            self.rows = [[row for row in range(length) if length != 9 and row % 3 != 1]
                         for length in lengths]
            self.labels = [draw(outputs, len(rows)) for rows in self.rows]
        elif "Question" in kind:
            ends = [sorted(draw(11, 2, least=4)) for _ in lengths]
            self.spans = [[0, 0] if place == 1 else span for place, span in enumerate(ends)]
        elif self.choices > 1:
            self.labels = draw(self.choices, count)
        elif case.get("problem") == "multi_label_classification":
            self.numbers = [draw(2, outputs) for _ in lengths]
        elif outputs == 1:
            self.numbers = torch.randn(count, 1, generator=generator).round(decimals=2).tolist()
        else:
            self.labels = draw(outputs, count)
        self.pad = 0 if is_bert(case) else 1
        self.outputs = outputs

    def inputs(self, own):
        width = max(len(self.sequences[place]) for place in own)

        def padded(lists, value):
            return torch.tensor([lists[place] + [value] * (width - len(lists[place]))
                                 for place in own])

        arguments = dict(
            input_ids=padded(self.sequences, self.pad),
            attention_mask=padded([[1] * len(ids) for ids in self.sequences], 0))
        if self.types:
            arguments["token_type_ids"] = padded(self.types, 0)
        return arguments

    def arguments(self, places):
        """What transformers is given for some of the examples."""
        own = [place * self.choices + choice for place in places for choice in range(self.choices)]
        arguments = self.inputs(own)
        width = arguments["input_ids"].shape[1]
        if self.choices > 1:
            arguments = {key: value.view(len(places), self.choices, width)
                         for key, value in arguments.items()}
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
        return {"sequences": self.sequences, "types": self.types, "rows": self.rows,
                "labels": self.labels, "numbers": self.numbers, "spans": self.spans,
                "choices": self.choices}


def load(name, case):
    model, report = getattr(transformers, case["model"]).from_pretrained(
        HERE / name, dtype=torch.double, attn_implementation="eager", output_loading_info=True)
    assert not report["missing_keys"] and not report["mismatched_keys"], (name, report)
    return model.eval()


def save(name, record, tensors):
    (HERE / f"{name}.json").write_text(json.dumps(record) + "\n")
    save_file({key: value.detach().float().contiguous() for key, value in tensors.items()},
              HERE / f"{name}.safetensors")


def gradients(model):
    return {f"gradient.{key}": value.grad for key, value in model.named_parameters()
            if value.grad is not None}


def compute_encoder(name, case, number):
    model = load(name, case)
    examples = Examples(case, 0, 100 + number)
    inner = getattr(model, model.base_model_prefix, model)
    hidden, logits, losses = [], [], []
    for place, labels in enumerate(examples.labels):
        arguments = examples.inputs([place])
        states = inner(**arguments).last_hidden_state[0]
        hidden.append(states)
        if "For" in case["model"]:
            output = model(**arguments)
            scores = getattr(output, "logits", None)
            scores = (output.prediction_logits if scores is None else scores)[0]
            logits.append(scores)
            losses.append(torch.nn.functional.cross_entropy(
                scores, torch.tensor(labels), reduction="sum"))
    tensors = {"hidden": torch.cat(hidden)}
    record = examples.record()
    if losses:
        scored = [label for labels in examples.labels for label in labels if label >= 0]
        loss = sum(losses) / len(scored)
        loss.backward()
        record["loss"] = loss.item()
        kept = [label >= 0 for labels in examples.labels for label in labels]
        tensors["logits"] = torch.cat(logits)[torch.tensor(kept)]
        tensors.update(gradients(model))
    save(name, record, tensors)


def compute_head(name, case, number):
    model = load(name, case)
    examples = Examples(case, 4, 100 + number)
    output = model(**examples.arguments(range(4)))
    output.loss.backward()
    save(name, dict(examples.record(), loss=output.loss.item()),
         {"logits": examples.logits(output), **gradients(model)})


def train(name, case, number):
    model = load(name, case)
    examples = Examples(case, 12, 200 + number)
    named = list(model.named_parameters())
    optimizer = torch.optim.AdamW(
        [dict(params=[p for _, p in named if p.dim() > 1], weight_decay=0.01),
         dict(params=[p for _, p in named if p.dim() == 1], weight_decay=0)],
        lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, 2, STEPS)
    losses, norms, rates = [], [], []
    for step in range(STEPS):
        places = [(4 * step + place) % 12 for place in range(4)]
        optimizer.zero_grad()
        loss = model(**examples.arguments(places)).loss
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        rates.append(schedule.get_last_lr()[0])
        losses.append(loss.item())
        optimizer.step()
        schedule.step()
    record = dict(examples.record(), losses=losses, norms=norms, rates=rates)
    save(f"{name}-trained", record, dict(model.named_parameters()))


def main():
    for number, (name, case) in enumerate(CASES.items()):
        shutil.rmtree(HERE / name, ignore_errors=True)
        build(number, case).save_pretrained(HERE / name)
        change(name, case)
        if case.get("outputs"):
            compute_head(name, case, number)
        else:
            compute_encoder(name, case, number)
        if case.get("trains"):
            train(name, case, number)


if __name__ == "__main__":
    main()
