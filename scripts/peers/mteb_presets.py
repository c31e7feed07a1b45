"""Prints VectorTaskPreset+Tasks.swift, or with `--table` the table of docs/evaluate.md, from the
metadata of mteb's tasks: those of MTEB v2 in English, of the multilingual one, and of CoIR.

    pip install mteb==2.26.24
    python scripts/peers/mteb_presets.py > Sources/Recipes/Finetuning/VectorTaskPreset+Tasks.swift
"""

import sys
import textwrap
import warnings

warnings.filterwarnings("ignore")

import mteb

BENCHMARKS = {"MTEB(eng, v2)": "en", "MTEB(Multilingual, v2)": "multilingual", "CoIR": "CoIR"}
KINDS = {
    "Retrieval": "retrieval", "Reranking": "reranking", "STS": "similarity",
    "PairClassification": "pairs", "BitextMining": "mining", "Classification": "classification",
    "MultilabelClassification": "multilabel", "Clustering": "clustering"}
MAIN = {
    "retrieval": "ndcg_at_10", "reranking": "map_at_1000", "similarity": "cosine_spearman",
    "pairs": "max_ap", "mining": "f1", "classification": "accuracy", "multilabel": "accuracy",
    "clustering": "v_measure"}


def facts(task):
    """The kind, and what differs from the kind's defaults; None for what mmbert does not measure."""
    data, kind = task.metadata, KINDS.get(task.metadata.type)
    if kind is None or type(task).__mro__[1].__name__ == "AbsTaskClusteringLegacy":
        return None
    if data.main_score.startswith("max_over_subqueries"):
        return None
    settings = {}
    if data.main_score != MAIN[kind]:
        settings["metric"] = "f1_macro" if kind == "classification" else data.main_score
    if getattr(task, "ignore_identical_ids", False):
        settings["leavesOutQuery"] = True
    if getattr(task, "samples_per_label", 8) != 8:
        settings["perLabel"] = task.samples_per_label
    if getattr(task, "n_experiments", 10) != 10:
        settings["experiments"] = task.n_experiments
    if kind in ("retrieval", "reranking") and "test" not in data.eval_splits:
        settings["split"] = data.eval_splits[0]
    if kind == "clustering":
        if task.max_document_to_embed:
            settings["documents"] = task.max_document_to_embed
        if task.max_depth:
            settings["depth"] = task.max_depth
    return kind, settings


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def main():
    found, left_out = {}, []
    for name, short in BENCHMARKS.items():
        for task in mteb.get_benchmark(name).tasks:
            fact = facts(task)
            if fact is None:
                left_out.append(task.metadata.name)
                continue
            prefix = "coir" if short == "CoIR" else "mteb"
            entry = found.setdefault(f"{prefix}/{task.metadata.name}", (fact, [], task))
            entry[1].append(short)
    if "--table" in sys.argv:
        print("| preset | kind | in | splits | differs from the kind's defaults |")
        print("|---|---|---|---|---|")
        for name, ((kind, settings), lists, task) in sorted(found.items()):
            words = ", ".join(f"{key} {value}" for key, value in settings.items()) or ""
            splits = ", ".join(task.metadata.eval_splits)
            print(f"| `{name}` | {kind} | {', '.join(sorted(set(lists)))} | {splits} | {words} |")
        print("\nNot measured: " + ", ".join(sorted(set(left_out))))
        return
    print("// Written by scripts/peers/mteb_presets.py.\n")
    print("extension VectorTaskPreset {")
    print("    /// The tasks that have the defaults of their kind.")
    print("    static let plain: [(SuiteTask.Kind, String)] = [")
    for kind in MAIN:
        names = [name for name, ((k, s), _, _) in found.items() if k == kind and not s]
        print(f"        (\n            .{kind},\n            \"\"\"")
        for line in textwrap.wrap(" ".join(names), 86, break_on_hyphens=False):
            print("            " + line)
        print("            \"\"\"\n        ),")
    print("    ]\n")
    print("    /// Those that differ.")
    print("    static let special: [VectorTaskPreset] = [")
    for name, ((kind, settings), _, _) in found.items():
        if settings:
            words = "".join(f", {key}: {written(value)}" for key, value in settings.items())
            entry = f"VectorTaskPreset(\"{name}\", .{kind}{words}),"
            if len(entry) > 92:
                head, rest = entry.split(f", .{kind}")
                entry = head.replace("(", "(\n            ") + f", .{kind}"
                if len(entry.split("\n")[1]) + len(rest) > 100:
                    rest = rest.replace(", ", ",\n            ", 1)
                entry += rest
            print("        " + entry)
    print("    ]\n}")


main()
