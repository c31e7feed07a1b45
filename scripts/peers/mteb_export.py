"""Writes the data of mteb's tasks into files that `mmbert evaluate` reads, after mteb's own
preparation, so that the same examples are measured.

    pip install mteb==2.26.24
    python scripts/peers/mteb_export.py --output DATA --task STSBenchmark --task ArguAna
    python scripts/peers/mteb_export.py --output DATA --benchmark CoIR

Retrieval and reranking become folders in BEIR's form, the rest JSON lines: DATA/mteb/TASK/test.jsonl
and train.jsonl, or LANGUAGE.test.jsonl where mteb has several languages. Of a task with several
splits the test split is written, else the first. It needs the network.
"""

import argparse
import json
import pathlib
import sys

import mteb

BENCHMARKS = {"MTEB(eng, v2)": "mteb", "MTEB(Multilingual, v2)": "mteb", "CoIR": "coir"}
COLUMNS = {
    "STS": ["sentence1", "sentence2", "score"], "BitextMining": ["sentence1", "sentence2"],
    "PairClassification": ["sentence1", "sentence2", "labels"]}


def lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def split_of(task):
    splits = list(task.eval_splits)
    return "test" if "test" in splits else splits[0]


def retrieval(data, folder, split):
    lines(folder / "corpus.jsonl", (
        {"_id": row["id"], "title": row.get("title") or "", "text": row["text"]}
        for row in data["corpus"]))
    lines(folder / "queries.jsonl", (
        {"_id": row["id"], "text": row["text"]} for row in data["queries"]))
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    with open(folder / "qrels" / f"{split}.tsv", "w", encoding="utf-8") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        known = {row["id"] for row in data["queries"]}
        for query, documents in data["relevant_docs"].items():
            for document, grade in documents.items() if query in known else ():
                file.write(f"{query}\t{document}\t{grade}\n")
    if data.get("top_ranked"):
        lines(folder / "top_ranked" / f"{split}.jsonl", (
            {"query-id": query, "corpus-ids": list(documents)}
            for query, documents in data["top_ranked"].items()))


def rows(task, data, kind):
    """Rows of a split with the columns that mmbert reads."""
    if kind in COLUMNS:
        names = dict(zip(COLUMNS[kind], COLUMNS[kind]))
        if kind == "STS":
            names = dict(zip(COLUMNS[kind], [*task.column_names, "score"]))
        if kind == "PairClassification":
            names = dict(zip(COLUMNS[kind], [
                task.input1_column_name, task.input2_column_name, task.label_column_name]))
            if len(data) == 1:
                data = [dict(zip(data[0], row)) for row in zip(*data[0].values())]
    else:
        label = "labels" if kind == "Clustering" else "label"
        names = {"text": task.input_column_name, label: task.label_column_name}
    return ({ours: row[theirs] for ours, theirs in names.items()} for row in data)


def subsets(task):
    """The data by language: one without a name, or several."""
    if task.metadata.is_multilingual:
        return [(name, task.dataset[name]) for name in task.hf_subsets if name in task.dataset]
    return [("", task.dataset.get("default", task.dataset))]


def export(task, folder):
    kind, split = task.metadata.type, split_of(task)
    if kind in ("Retrieval", "Reranking"):
        if hasattr(task, "convert_v1_dataset_format_to_v2"):
            task.convert_v1_dataset_format_to_v2(num_proc=None)
        for name, data in subsets(task):
            retrieval(data[split], folder / name, split)
        return
    if getattr(task, "parallel_subsets", False):
        for name in task.hf_subsets:
            first, second = name.split("-")
            data = task.dataset[split]
            lines(folder / f"{name}.test.jsonl", (
                {"sentence1": one, "sentence2": other}
                for one, other in zip(data[first], data[second])))
        return
    for name, data in subsets(task):
        prefix = f"{name}." if name else ""
        lines(folder / f"{prefix}test.jsonl", rows(task, data[split], kind))
        if "Classification" in kind and kind != "PairClassification":
            lines(folder / f"{prefix}train.jsonl", rows(task, data[task.train_split], kind))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--output", required=True, help="the folder that is filled")
    add("--task", action="append", default=[], help="a task of MTEB; repeatable")
    add("--benchmark", choices=BENCHMARKS, help="all tasks of a benchmark")
    options = parser.parse_args()
    tasks = [("mteb", task) for task in mteb.get_tasks(tasks=options.task)] if options.task else []
    if options.benchmark:
        place = BENCHMARKS[options.benchmark]
        tasks += [(place, task) for task in mteb.get_benchmark(options.benchmark).tasks]
    for place, task in tasks:
        try:
            task.load_data()
            export(task, pathlib.Path(options.output) / place / task.metadata.name)
            print(f"{place}/{task.metadata.name}")
        except Exception as error:
            print(f"{task.metadata.name}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
