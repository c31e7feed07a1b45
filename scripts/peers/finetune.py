"""Fine-tunes a ModernBERT folder with transformers and PyTorch: the twin of `mmbert finetune`.

Weights, order of examples, batches, schedule, clipping and scores are those of a recipe's, so that
both programs take the same steps:

    python3 scripts/peers/finetune.py start --model ENCODER --labels a,b --output START
    python3 scripts/peers/finetune.py train --run runs/NAME --threads 2

`start` gives an encoder a classifier, as a folder from which both begin. `train` reads the recipe
that `mmbert finetune` wrote into its run's folder, trains alike, and prints the score of the
development set, seconds and memory as JSON. Tasks: text, pair (GLUE's and XTREME's files) and
tokens (words and tags, `words: alone`, `truncate: true`).
"""

import argparse
import json
import math
import resource
import subprocess
import time

import torch
import yaml
from transformers import (
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    get_linear_schedule_with_warmup,
)

MASK = (1 << 64) - 1


def split_mix(value):
    """The output function of SplitMix64."""
    z = value + 0x9E3779B97F4A7C15 & MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def philox(counter, key):
    """Philox4x32-10 (Salmon et al., 2011)."""
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [
            (second >> 32) ^ c[1] ^ k[0],
            second & 0xFFFFFFFF,
            (first >> 32) ^ c[3] ^ k[1],
            first & 0xFFFFFFFF,
        ]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def order(count, seed, epoch):
    """The order of an epoch's examples in `mmbert finetune`."""
    name = 0xCBF29CE484222325
    for byte in b"order of examples":
        name = (name ^ byte) * 0x100000001B3 & MASK
    mixed = split_mix(split_mix(seed) ^ name)
    key = (mixed & 0xFFFFFFFF, mixed >> 32)
    places = list(range(count))
    for last in range(count - 1, 0, -1):
        words = philox((last, 0, epoch, 0), key)
        chosen = ((words[1] << 32 | words[0]) * (last + 1)) >> 64
        places[last], places[chosen] = places[chosen], places[last]
    return places


def lines(path):
    """The lines of a plain or zstd file."""
    if path.endswith(".zst"):
        text = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
        text = text.decode()
    else:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    return text.removeprefix("\ufeff").split("\n")


def texts(path, data):
    """Texts or pairs with their labels' names."""
    rows = [line.rstrip("\r").split("\t") for line in lines(path) if line]
    if data["format"] == "xtreme":
        return [(row[0], row[1], row[2]) for row in rows]
    header, rows = rows[0], rows[1:]
    names = {
        "sst2": ("sentence", None, "label"),
        "rte": ("sentence1", "sentence2", "label"),
    }[data["task"]]
    places = [header.index(name) if name else None for name in names]
    classes = {"sst2": ["negative", "positive"]}.get(data["task"])
    found = []
    for row in rows:
        text, pair, label = (None if place is None else row[place] for place in places)
        found.append((text, pair, classes[int(label)] if classes else label))
    return found


def sentences(path):
    """Words with their tags."""
    found, words, tags = [], [], []
    for line in lines(path) + [""]:
        if line.strip():
            fields = line.rstrip("\r").split("\t")
            words.append(fields[0])
            tags.append(fields[-1])
        elif words:
            found.append((words, tags))
            words, tags = [], []
    return found


def encode_texts(examples, tokenizer, length, places):
    """Features of texts."""
    encoded = tokenizer(
        [text for text, _, _ in examples],
        None if examples[0][1] is None else [pair for _, pair, _ in examples],
        truncation="longest_first",
        max_length=length,
        return_token_type_ids=False,
    )
    return [(ids, places[label]) for ids, (_, _, label) in zip(encoded["input_ids"], examples)]


def encode_sentences(examples, tokenizer, length, places):
    """Features of sentences: the first piece of a word has its label."""
    encoded = tokenizer(
        [words for words, _ in examples],
        is_split_into_words=True,
        truncation=True,
        max_length=length,
    )
    features = []
    for index, (_, tags) in enumerate(examples):
        labels, before = [], None
        for word in encoded.word_ids(index):
            isFirst = word is not None and word != before
            labels.append(places[tags[word]] if isFirst else -100)
            before = word
        features.append((encoded["input_ids"][index], labels))
    return features


def collate(features, pad, isTagging):
    """A padded batch."""
    longest = max(len(ids) for ids, _ in features)
    ids = torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _ in features])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in features])
    if isTagging:
        labels = [labels + [-100] * (longest - len(labels)) for _, labels in features]
    else:
        labels = [label for _, label in features]
    return {"input_ids": ids, "attention_mask": mask, "labels": torch.tensor(labels)}


def score(model, features, pad, isTagging, names):
    """Accuracy of texts; F1 of tags, as seqeval has it."""
    model.eval()
    right, references, predictions = 0, [], []
    by_length = sorted(features, key=lambda feature: len(feature[0]))
    with torch.no_grad():
        for start in range(0, len(by_length), 32):
            part = by_length[start : start + 32]
            batch = collate(part, pad, isTagging)
            labels = batch.pop("labels")
            found = model(**batch).logits.argmax(-1)
            if not isTagging:
                right += int((found == labels).sum())
                continue
            for row, wanted in zip(found.tolist(), labels.tolist()):
                kept = [(names[a], names[b]) for a, b in zip(row, wanted) if b != -100]
                predictions.append([a for a, _ in kept])
                references.append([b for _, b in kept])
    if not isTagging:
        return right / len(features)
    from seqeval.metrics import f1_score

    return f1_score(references, predictions)


def train(arguments):
    """Trains as the recipe of a run says."""
    torch.set_num_threads(arguments.threads)
    with open(f"{arguments.run}/recipe.yaml", encoding="utf-8") as file:
        recipe = yaml.safe_load(file)
    data, isTagging = recipe["data"], recipe["task"] == "tokens"
    tokenizer = AutoTokenizer.from_pretrained(recipe["model"])
    kind = AutoModelForTokenClassification if isTagging else AutoModelForSequenceClassification
    model = kind.from_pretrained(recipe["model"], attn_implementation=arguments.attention)
    names = [model.config.id2label[place] for place in range(model.config.num_labels)]
    places = {name: place for place, name in enumerate(names)}
    encode = encode_sentences if isTagging else encode_texts
    read = sentences if isTagging else (lambda path: texts(path, data))
    examples = read(data["train"])
    if data["examples"] != "all":
        examples = examples[: data["examples"]]
    features = encode(examples, tokenizer, recipe["length"], places)
    dev = encode(read(data["dev"]), tokenizer, recipe["length"], places)

    size = recipe["batch"]["examples"]
    steps = math.ceil(len(features) / size)
    total = math.ceil(recipe["epochs"] * steps)
    rule = recipe["optimizer"]
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=float(recipe["learning_rate"]["peak"]),
        betas=rule["betas"],
        eps=float(rule["eps"]),
        weight_decay=float(rule["weight_decay"]),
    )
    warmup = float(recipe["learning_rate"]["warmup"].rstrip("%")) / 100
    schedule = get_linear_schedule_with_warmup(optimizer, math.ceil(warmup * total), total)
    model.train()
    losses, start = [], time.perf_counter()
    for step in range(total):
        if arguments.steps and step == arguments.steps:
            break
        epoch, place = divmod(step, steps)
        if place == 0:
            places_of_epoch = order(len(features), recipe["seed"], epoch)
        chosen = places_of_epoch[place * size : (place + 1) * size]
        batch = collate([features[i] for i in chosen], tokenizer.pad_token_id, isTagging)
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), float(rule["clip"]))
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "score": score(model, dev, tokenizer.pad_token_id, isTagging, names),
                "steps": len(losses),
                "first_losses": losses[:3],
                "mean_loss": sum(losses) / len(losses),
                "seconds_of_training": round(seconds, 2),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


def start(arguments):
    """Gives an encoder a classifier."""
    torch.manual_seed(arguments.seed)
    names = arguments.labels.split(",")
    kinds = (AutoModelForSequenceClassification, AutoModelForTokenClassification)
    model = kinds[arguments.tokens].from_pretrained(
        arguments.model,
        id2label=dict(enumerate(names)),
        label2id={name: place for place, name in enumerate(names)},
    )
    model.save_pretrained(arguments.output)
    AutoTokenizer.from_pretrained(arguments.model).save_pretrained(arguments.output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True)
    first = commands.add_parser("start")
    first.add_argument("--model", required=True)
    first.add_argument("--labels", required=True, help="names, parted by commas")
    first.add_argument("--tokens", action="store_true")
    first.add_argument("--output", required=True)
    first.add_argument("--seed", type=int, default=0)
    first.set_defaults(run=start)
    second = commands.add_parser("train")
    second.add_argument("--run", dest="run_folder", required=True)
    second.add_argument("--threads", type=int, default=2)
    second.add_argument("--steps", type=int, help="end after so many")
    second.add_argument("--attention", default="sdpa")
    second.set_defaults(run=train)
    arguments = parser.parse_args()
    function, arguments.run = arguments.run, getattr(arguments, "run_folder", None)
    function(arguments)


if __name__ == "__main__":
    main()
