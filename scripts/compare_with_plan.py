"""Compares what a run did with what `mmbert plan --json` said it would do.

    python3 scripts/compare_with_plan.py PLAN.json RUN/metrics.jsonl

Schedules are computed here again from the settings in the plan and compared step by step.
Tokens per language are compared with their planned shares: a run shorter than whole blocks of draws
differs as a random sample of as many sequences does, which is what the last two columns say.
Exit code 1 if a schedule differs, or languages by more than twice what such a sample would.
"""

import json
import math
import sys


def learning_rate(settings, tokens, total):
    """The rate of a step that begins after `tokens` of `total` tokens of its stage."""
    peak, warmup = settings["peak"], settings["warmup_tokens"]
    drop = settings.get("drop")
    if drop and tokens >= drop["at_tokens"]:
        peak *= drop["factor"]
    if tokens < warmup:
        return peak * tokens / warmup
    decay = settings.get("decay_tokens")
    decay = total - warmup if decay is None else min(decay, total - warmup)
    if settings["shape"] == "constant" or tokens <= total - decay:
        return peak
    x = min((tokens - (total - decay)) / decay, 1)
    floor = settings["final_factor"]
    factor = {
        "linear": lambda: 1 - (1 - floor) * x,
        "one-minus-sqrt": lambda: floor + (1 - floor) * (1 - math.sqrt(x)),
        "cosine": lambda: floor + (1 - floor) * (1 + math.cos(math.pi * x)) / 2,
        "inverse-sqrt": lambda: 1 / math.sqrt(1 + x * (1 / floor**2 - 1)),
    }[settings["shape"]]()
    return peak * factor


def at(points, tokens, key):
    """A value of the plan's timeline, which is a line through points."""
    after = next((p for p in points if p["tokens"] > tokens), points[-1])
    before = [p for p in points if p["tokens"] <= tokens][-1]
    if after["tokens"] <= before["tokens"]:
        return before[key]
    part = (tokens - before["tokens"]) / (after["tokens"] - before["tokens"])
    return before[key] + part * (after[key] - before[key])


def relative(found, planned):
    return abs(found - planned) / max(abs(planned), 1e-30) if planned else abs(found)


def schedules(stage, steps):
    """The largest relative deviations of rate, mask ratio and batch size."""
    rate = mask = batch = 0.0
    for step in steps:
        begin = step["stage_tokens"] - step["batch_tokens"]
        rate = max(
            rate,
            relative(
                step["learning_rate"],
                learning_rate(stage["learning_rate"], begin, stage["tokens"])))
        mask = max(
            mask, relative(step["mask_ratio"], at(stage["timeline"], begin, "mask_ratio")))
        size = next(
            (b for b in stage["batches"] if begin < b["to_tokens"]), stage["batches"][-1])
        # `packing` is the filled part of the microbatches.
        room = step["batch_tokens"] / step["packing"]
        batch = max(batch, relative(room, size["microbatches"] * stage["microbatch_tokens"]))
    return rate, mask, batch


def languages(stage, record):
    """Half the sum of the shares' differences, and what it would be for independent draws."""
    read = record["tokens_by_language"]
    total = sum(read.values())
    shares = {entry["language"]: entry["share"] for entry in stage["languages"]}
    if set(read) != set(shares):
        sys.exit(f"{stage['name']}: its languages differ from the plan")
    distance = sum(abs(read[code] / total - share) for code, share in shares.items()) / 2
    draws = total / stage["sequence_length"]
    # The mean absolute deviation of a binomial count is at most its standard deviation.
    expected = sum(
        min(2 * share, math.sqrt(share * (1 - share) / draws)) for share in shares.values()) / 2
    return distance, expected


def main(plan_path, metrics_path):
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    with open(metrics_path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    differs = False
    print("stage  steps (planned)  largest deviation of rate, mask ratio, batch  "
          "languages  distance of shares (a random sample's)")
    for stage in plan["stages"]:
        own = [record for record in records if record["stage"] == stage["name"]]
        steps = [record for record in own if record["type"] == "step"]
        end = next(record for record in own if record["type"] == "stage")
        rate, mask, batch = schedules(stage, steps)
        distance, expected = languages(stage, end)
        print(
            f"{stage['name']}  {end['steps']} ({stage['steps']})  {rate:.0e} {mask:.0e} "
            f"{batch:.0e}  {len(stage['languages'])}  {distance:.4f} ({expected:.4f})")
        differs |= max(rate, mask, batch) > 1e-9 or distance > 2 * expected
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
