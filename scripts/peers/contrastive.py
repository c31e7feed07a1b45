"""Trains vectors with sentence-transformers: the twin of `mmbert finetune --task embedding`.

Weights, order of pairs, batches, schedule and clipping are those of a recipe's, so that both
programs take the same steps:

    mmbert finetune --task embedding --model MODEL --train PAIRS.jsonl --output RUN
    python3 scripts/peers/contrastive.py --run RUN --threads 2

reads the recipe that `mmbert finetune` wrote into its run's folder, whose training file has JSON
lines with `anchor` and `positive`, trains alike, and prints losses, pairs per second and memory as
JSON. With `--inner N` the loss is cached, N texts at a time; without, a batch is one pass. The
trainer of sentence-transformers is not used, only its model and its losses: it would add what it
logs and saves.
"""

import argparse
import json
import math
import resource
import time

import torch
import yaml
from finetune import lines, order
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import get_linear_schedule_with_warmup


def batches(places, pairs, size):
    """Batches in which no text comes twice, as `mmbert finetune` makes them."""
    rest, waiting, found = list(reversed(places)), [], []
    while rest or waiting:
        batch, taken, left = [], set(), []
        for place in waiting:
            if len(batch) < size and taken.isdisjoint(pairs[place]):
                batch.append(place)
                taken.update(pairs[place])
            else:
                left.append(place)
        waiting = left
        while rest and len(batch) < size:
            place = rest.pop()
            if taken.isdisjoint(pairs[place]):
                batch.append(place)
                taken.update(pairs[place])
            else:
                waiting.append(place)
        found.append(batch)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", required=True, help="the folder of a run")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, help="end after so many")
    parser.add_argument("--inner", type=int, help="texts that are encoded at once")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with open(f"{arguments.run}/recipe.yaml", encoding="utf-8") as file:
        recipe = yaml.safe_load(file)
    transformer = Transformer(recipe["model"], max_seq_length=recipe["length"])
    pooling = Pooling(transformer.get_embedding_dimension(), recipe["pooling"])
    model = SentenceTransformer(modules=[transformer, pooling], device="cpu")
    rule = recipe["loss"]
    options = {"scale": float(rule["scale"])}
    if rule["symmetric"]:
        options |= {
            "directions": ("query_to_doc", "doc_to_query"),
            "partition_mode": "per_direction",
        }
    if arguments.inner:
        loss_of = losses.CachedMultipleNegativesRankingLoss(
            model, mini_batch_size=arguments.inner, **options)
    else:
        loss_of = losses.MultipleNegativesRankingLoss(model, **options)

    rows = [json.loads(line) for line in lines(recipe["data"]["train"]) if line]
    if recipe["data"]["examples"] != "all":
        rows = rows[: recipe["data"]["examples"]]
    prompts = {"query": "", "document": ""} | recipe.get("prompts", {})
    pairs = [
        (prompts["query"] + row["anchor"], prompts["document"] + row["positive"]) for row in rows]
    plan = []
    for epoch in range(math.ceil(recipe["epochs"])):
        places = order(len(pairs), recipe["seed"], epoch)
        plan += batches(places, pairs, recipe["batch"]["examples"])
    adam = recipe["optimizer"]
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=float(recipe["learning_rate"]["peak"]),
        betas=adam["betas"],
        eps=float(adam["eps"]),
        weight_decay=float(adam["weight_decay"]),
    )
    warmup = float(recipe["learning_rate"]["warmup"].rstrip("%")) / 100
    schedule = get_linear_schedule_with_warmup(
        optimizer, math.ceil(warmup * len(plan)), len(plan))
    model.train()
    found, seen, start = [], 0, time.perf_counter()
    for batch in plan[: arguments.steps]:
        features = [
            model.preprocess([pairs[place][text] for place in batch]) for text in (0, 1)]
        loss = loss_of(features, None)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), float(adam["clip"]))
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        found.append(loss.item())
        seen += len(batch)
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "steps": len(found),
                "first_losses": found[:3],
                "mean_loss": sum(found) / len(found),
                "seconds_of_training": round(seconds, 2),
                "pairs_per_second": round(seen / seconds, 2),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
