"""The Markdown table of scripts/benchmark-data.sh, from its results.jsonl."""
import json
import statistics
import sys

results = {}
if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
    sys.exit(f"{__doc__}\nusage: {sys.argv[0]} RESULTS.jsonl")
for line in open(sys.argv[1]):
    record = json.loads(line)
    results.setdefault(record["name"], []).append(record["result"])


def median(name, key):
    return statistics.median(result[key] for result in results[name])


def row(what, ours, peer="", ratio=""):
    print(f"| {what} | {ours} | {peer} | {ratio} |")


print("| | mmbert | peer | ratio |\n|---|---:|---:|---:|")
ours = median("build-ours", "megabytes_per_second")
peer = median("build-peer", "mb_per_second") if "build-peer" in results else None
row("building shards, MB of text a second, two cores", f"{ours:.1f}",
    f"{peer:.1f}" if peer else "", f"{ours / peer:.1f} ×" if peer else "")
for name, of in [("loader", "the 8 largest languages"), ("loader-all", "all languages")]:
    ours = median(f"{name}-ours", "tokens_per_second")
    peer = median(f"{name}-peer", "tokens_per_second") if f"{name}-peer" in results else None
    row(f"reading, packing, masking {of}, M tokens a second, one core", f"{ours / 1e6:.1f}",
        f"{peer / 1e6:.2f}" if peer else "", f"{ours / peer:.1f} ×" if peer else "")
resume = results["resume"][-1]
row("resuming inside 64 MiB shards, the slowest of nine places, seconds", f"{resume['resume_seconds']:.3f}",
    "replays")
for name, what in [
    ("packing-1024", "packing, context 1024, microbatches of 16"),
    ("packing-8192", "packing, context 8192, microbatches of 16"),
    ("packing-8192-tight", "packing, context 8192, microbatches of one"),
]:
    row(what, f"{100 * results[name][-1]['packing']:.2f} %")
mixture = results["mixture"][-1]
row(f"{mixture['sources']:,} languages: seconds to the first microbatch",
    f"{mixture['start_seconds']:.2f}")
row(f"{mixture['sources']:,} languages: resident MB", f"{mixture['resident_megabytes']:.0f}")
row(f"shares over {mixture['samples'] / 1e6:.1f} M samples, "
    f"{mixture['sources_in_deviation']} languages above 0.1 %",
    f"within {100 * mixture['largest_deviation']:.3f} %")
row("caps at 60 epochs, beyond one sample", f"{100 * mixture['excess_over_cap']:.3f} %")
piped = results["piped"][-1]
row("one language through a pipe, 700 MB of data allowed",
    f"{piped['reading']['bytes'] / 1e9:.1f} GB, {piped['megabytes_per_second']:.1f} MB/s")
verify = results["verify"][-1]
row("verifying", f"{verify['counts']['shards']:,} shards, {verify['seconds']:.1f} s")
if "same-ids" in results:
    same = results["same-ids"][-1]
    row("documents with other ids than the peer's",
        f"{same['different'] + same['missing']} of {same['documents']:,}")
    streaming = results["streaming"][-1]
    row("mosaicml-streaming reads ours, samples", f"all {streaming['our_samples']:,} equal")
    row("we read mosaicml-streaming's, samples", f"all {streaming['written_samples']:,} equal")
    ids = results["tokenizer"][-1]
    row("lines with other ids than AutoTokenizer's",
        f"{ids['lines_with_other_ids']} of {ids['lines']:,}")
    row("lines that decode to other text",
        f"{ids['lines_with_other_text']} of {ids['lines']:,}")
