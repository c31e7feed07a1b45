"""Prints the lines of benchmark-step.sh as a Markdown table of medians and ratios."""

import json
import statistics
import sys

rows = {}
if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
    sys.exit(f"{__doc__}\nusage: {sys.argv[0]} RESULTS.jsonl")
for line in open(sys.argv[1]):
    entry = json.loads(line)
    if entry["result"]:
        rows.setdefault(entry["row"], {}).setdefault(entry["program"], []).append(entry["result"])


def median(results, key):
    return statistics.median(result[key] for result in results)


print("| step | mmbert | of the roofline | eager | compiled | ratio | memory, GiB | ratio |")
print("|---|---:|---:|---:|---:|---:|---:|---:|")
for name, programs in rows.items():
    if "mmbert" not in programs:
        continue
    ours = median(programs["mmbert"], "tokens_per_second")
    share = median(programs["mmbert"], "share_of_ceiling")
    memory = median(programs["mmbert"], "peak_bytes") / 2**30
    peers = {
        mode: median(programs[mode], "tokens_per_second") if mode in programs else None
        for mode in ("eager", "compiled")
    }
    best = max((rate for rate in peers.values() if rate), default=None)
    fastest = next((programs[mode] for mode, rate in peers.items() if rate == best), None)
    their_memory = median(fastest, "peak_rss_gib") if fastest else None
    cells = [name, f"{ours:.0f}", f"{share:.0%}"]
    cells += [f"{rate:.0f}" if rate else "–" for rate in peers.values()]
    cells += [f"{ours / best:.2f} ×" if best else "–"]
    cells += [f"{memory:.2f}", f"{memory / their_memory:.2f}" if their_memory else "–"]
    print("| " + " | ".join(cells) + " |")
