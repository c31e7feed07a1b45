"""Measures a model's vectors with `mmbert evaluate` and with mteb's own task classes, which get the
vectors that `mmbert embed` writes for the same texts, and compares the values.

    pip install mteb==2.26.24
    python scripts/peers/mteb_parity.py --mmbert .build/release/mmbert --model FOLDER \\
        --data FOLDER --work FOLDER

--data has the folders that recipes/suites/vectors.yaml names. Prints a line for each value, and ends
with 1 if one differs: by more than 1e-4, and of classification by more than half a point. Cranfield's
run is also scored by pytrec_eval, to 1e-6.
"""

import argparse
import csv
import gzip
import io
import json
import pathlib
import subprocess
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import mteb_local
import pytrec_eval

SUITE = """
name: parity
models: {model: MODEL}
baselines: []
data_folder: DATA
tasks:
  cranfield: {kind: retrieval, trec_run: 1000, data: {test: retrieval_cranfield}}
  cosqa: {kind: retrieval, split: dev, data: {test: retrieval_cosqa}}
  order: {kind: reranking, data: {test: WORK/order}}
  xquad: {kind: retrieval, data: {test: qa_xquad/eng_Latn.jsonl.zst}}
  sts: {kind: similarity, data: {test: {de: sts_stsb_multi/deu_Latn.test.jsonl.zst}}}
  pawsx: {kind: pairs, data: {format: xtreme, task: paws-x, test: pairs_pawsx/dev-en.tsv.zst}}
  xnli:
    kind: pairs
    data: {format: xtreme, task: xnli, test: nli_xnli/dev-de.tsv.zst}
    positive: [entailment]
    negative: [contradiction]
  ntrex:
    kind: mining
    pivot: retrieval_ntrex/eng_Latn.jsonl.zst
    data: {test: {deu_Latn: retrieval_ntrex/deu_Latn.jsonl.zst,
                  swh_Latn: retrieval_ntrex/swh_Latn.jsonl.zst}}
  banking77:
    kind: classification
    data: {columns: {label: category}, train: class_banking77/train.csv.zst,
           test: class_banking77/test.csv.zst}
  counterfactual:
    preset: mteb/AmazonCounterfactualClassification
    data: {columns: {label: is_counterfactual},
           train: class_counterfactual_en/EN_train.tsv.zst,
           test: class_counterfactual_en/EN_test.tsv.zst}
  topic:
    kind: classification
    data: {train: topic_sib200/eng_Latn.train.jsonl.zst,
           test: topic_sib200/eng_Latn.test.jsonl.zst}
  clusters:
    kind: clustering
    documents: all
    data: {test: topic_sib200/eng_Latn.train.jsonl.zst}
"""


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--mmbert", default=".build/release/mmbert", help="the program")
    add("--model", required=True, help="a model folder")
    add("--data", required=True, help="the folder of the labelled sets")
    add("--work", required=True, help="a folder for what is made")
    add("--threads", default="1", help="threads (default: 1)")
    return parser.parse_args()


def content(path):
    path = pathlib.Path(path)
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode("utf-8")
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout.decode()
    return path.read_text("utf-8")


def json_lines(path):
    return [json.loads(line) for line in content(path).split("\n") if line.strip()]


def whole(row):
    title = row.get("title") or ""
    return (f"{title} {row['text']}" if title else row["text"]).strip()


def beir(folder, split):
    """Queries with a relevant document, documents, judgements."""
    documents = {row["_id"]: whole(row) for row in json_lines(folder / "corpus.jsonl.gz")}
    judged = {}
    for line in content(folder / f"qrels/{split}.tsv").split("\n")[1:]:
        if not line.strip():
            continue
        query, document, grade = line.rstrip("\r").split("\t")
        judged.setdefault(query, {})[document] = int(grade)
    judged = {q: d for q, d in judged.items() if any(grade > 0 for grade in d.values())}
    queries = {row["_id"]: whole(row) for row in json_lines(folder / "queries.jsonl.gz")
               if row["_id"] in judged}
    return queries, documents, judged


def xquad(path):
    queries, documents, judged, places = {}, {}, {}, {}
    for row in json_lines(path):
        place = places.setdefault(row["context"], f"passage-{len(places)}")
        documents[place] = row["context"].strip()
        queries[row["id"]] = row["question"].strip()
        judged[row["id"]] = {place: 1}
    return queries, documents, judged


class Sets:
    """The data, and how mteb measures it."""

    def __init__(self, data, work):
        data = pathlib.Path(data)
        self.retrieval = {
            "cranfield": beir(data / "retrieval_cranfield", "test"),
            "cosqa": beir(data / "retrieval_cosqa", "dev"),
            "xquad": xquad(data / "qa_xquad/eng_Latn.jsonl.zst")}
        self.order = self.candidates(*self.retrieval["cranfield"], pathlib.Path(work) / "order")
        self.sts = [(row["sentence1"], row["sentence2"], row["score"]) for row in
                    json_lines(data / "sts_stsb_multi/deu_Latn.test.jsonl.zst")]
        self.pawsx = [(one, other, int(label)) for one, other, label in
                      self.table(data / "pairs_pawsx/dev-en.tsv.zst")]
        self.xnli = [(one, other, int(label == "entailment")) for one, other, label in
                     self.table(data / "nli_xnli/dev-de.tsv.zst") if label != "neutral"]
        self.ntrex = {name: [row["text"] for row in json_lines(
            data / f"retrieval_ntrex/{name}.jsonl.zst")]
            for name in ("eng_Latn", "deu_Latn", "swh_Latn")}
        self.classes = {
            "banking77": [[(row["text"], row["category"]) for row in csv.DictReader(
                io.StringIO(content(data / f"class_banking77/{part}.csv.zst"), newline=""))]
                for part in ("train", "test")],
            "counterfactual": [
                [(text, int(label)) for text, label in
                 self.table(data / f"class_counterfactual_en/EN_{part}.tsv.zst")[1:]]
                for part in ("train", "test")],
            "topic": [[(row["text"], row["label"]) for row in json_lines(
                data / f"topic_sib200/eng_Latn.{part}.jsonl.zst")] for part in ("train", "test")]}

    @staticmethod
    def table(path):
        lines = content(path).split("\n")
        return [line.rstrip("\r").split("\t") for line in lines if line.strip()]

    @staticmethod
    def candidates(queries, documents, judged, folder):
        """Twenty documents for each of Cranfield's queries, some relevant, as a folder."""
        draw = numpy.random.default_rng(3)
        names = sorted(documents)
        lists = {}
        for query in queries:
            relevant = [name for name, grade in judged[query].items() if grade > 0][:5]
            others = [names[int(place)] for place in draw.choice(len(names), 20, replace=False)]
            lists[query] = relevant + [name for name in others if name not in relevant][:15]
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        (folder / "top_ranked").mkdir(exist_ok=True)

        def write(name, rows):
            (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

        write("corpus.jsonl", ({"_id": key, "text": text} for key, text in documents.items()))
        write("queries.jsonl", ({"_id": key, "text": text} for key, text in queries.items()))
        write("top_ranked/test.jsonl",
              ({"query-id": key, "corpus-ids": names} for key, names in lists.items()))
        (folder / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(
            f"{query}\t{document}\t{grade}\n" for query, documents in judged.items()
            for document, grade in documents.items()))
        return lists

    def texts(self):
        texts = set()
        for queries, documents, _ in self.retrieval.values():
            texts |= set(queries.values()) | set(documents.values())
        for rows in (self.sts, self.pawsx, self.xnli):
            texts |= {row[0] for row in rows} | {row[1] for row in rows}
        texts |= {text for sentences in self.ntrex.values() for text in sentences}
        texts |= {text for parts in self.classes.values() for rows in parts for text, _ in rows}
        return sorted(texts)


def expected(sets, vectors):
    """(task, file, mmbert's metric, mteb's value, tolerance)."""
    for name, (queries, documents, judged) in sets.retrieval.items():
        found = mteb_local.retrieval(queries, documents, judged, vectors)
        for metric in ("ndcg_at_10", "map_at_100", "recall_at_100", "precision_at_10", "mrr_at_10"):
            yield name, "test", metric, found[metric], 1e-4
    queries, documents, judged = sets.retrieval["cranfield"]
    found = mteb_local.retrieval(queries, documents, judged, vectors, candidates=sets.order)
    yield "order", "test", "map_at_1000", found["map_at_1000"], 1e-4
    yield "order", "test", "ndcg_at_10", found["ndcg_at_10"], 1e-4
    found = mteb_local.similarity(sets.sts, vectors)
    for way in ("cosine", "manhattan", "euclidean"):
        for kind in ("pearson", "spearman"):
            yield "sts", "test-de", f"{way}_{kind}", found[f"{way}_{kind}"], 1e-4
    for name, rows in (("pawsx", sets.pawsx), ("xnli", sets.xnli)):
        found = mteb_local.pairs(rows, vectors)
        for metric in ("max_ap", "cosine_ap", "dot_ap", "cosine_accuracy", "cosine_f1",
                       "manhattan_ap", "euclidean_f1"):
            yield name, "test", metric, found[metric], 1e-4
    english = sets.ntrex["eng_Latn"]
    for name in ("deu_Latn", "swh_Latn"):
        there = mteb_local.mining(english, sets.ntrex[name], vectors)
        back = mteb_local.mining(sets.ntrex[name], english, vectors)
        for metric in ("f1", "accuracy"):
            yield "ntrex", f"test-{name}", f"{metric}_forward", there[metric], 1e-4
            yield "ntrex", f"test-{name}", f"{metric}_backward", back[metric], 1e-4
    for name, (train, test) in sets.classes.items():
        found = mteb_local.classification(
            train, test, vectors, 32 if name == "counterfactual" else 8)
        yield name, "test", "accuracy", found["accuracy"], 0.005
        yield name, "test", "f1_macro", found["f1"], 0.01
    rows = sets.classes["topic"][0]
    # Other clusters of the same documents and draws: told, not judged.
    yield "clusters", "test", "v_measure*", mteb_local.clustering(rows, vectors)["v_measure"], None


def scores(run):
    """mmbert's scores by task."""
    found = {}
    for path in pathlib.Path(run).glob("cells/*/scores.json"):
        found[path.parent.name.split("-model-")[0]] = (json.loads(path.read_text()), path.parent)
    return found


def trec(cell, judged):
    """The largest difference of pytrec_eval's values on the run that was written."""
    ours, folder = cell
    run = {}
    for line in (folder / "predictions/test.trec").read_text().splitlines():
        query, _, document, _, score, _ = line.split()
        run.setdefault(query, {})[document] = float(score)
    cuts = "1,3,5,10,20,100,1000"
    names = {f"{theirs}.{cuts}": name for theirs, name in (
        ("ndcg_cut", "ndcg"), ("map_cut", "map"), ("recall", "recall"), ("P", "precision"))}
    values = pytrec_eval.RelevanceEvaluator(judged, set(names)).evaluate(run)
    worst = 0
    for theirs, name in names.items():
        for cut in cuts.split(","):
            key = f"{theirs.split('.')[0]}_{cut}"
            mean = sum(value[key] for value in values.values()) / len(values)
            metric = ours["files"]["test"]["metrics"][f"{name}_at_{cut}"]
            worst = max(worst, abs(mean - metric))
    return worst


def main():
    options = parse()
    work = pathlib.Path(options.work).resolve()
    work.mkdir(parents=True, exist_ok=True)
    sets = Sets(options.data, work)
    texts = sets.texts()
    (work / "texts.jsonl").write_text(
        "".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    suite = SUITE.replace("MODEL", str(pathlib.Path(options.model).resolve())).replace(
        "DATA", str(pathlib.Path(options.data).resolve())).replace("WORK", str(work))
    (work / "suite.yaml").write_text(suite)
    subprocess.run(
        [options.mmbert, "embed", "--model", options.model, "--input", work / "texts.jsonl",
         "--precision", "fp32", "--output", work / "vectors.npy", "--threads", options.threads],
        check=True)
    subprocess.run(
        [options.mmbert, "evaluate", work / "suite.yaml", "--run", work / "run", "--threads",
         options.threads], check=True)
    vectors = dict(zip(texts, numpy.load(work / "vectors.npy")))
    found = scores(work / "run")
    wrong = 0
    for task, file, metric, value, tolerance in expected(sets, vectors):
        ours = found[task][0]["files"][file]["metrics"][metric]
        isWrong = tolerance is not None and not abs(ours - value) <= tolerance
        wrong += isWrong
        mark = "differs" if isWrong else "" if tolerance else "not compared"
        print(f"{task:15} {file:14} {metric:20} {ours:.6f} {value:.6f} {ours - value:+.1e} {mark}")
    worst = trec(found["cranfield"], sets.retrieval["cranfield"][2])
    print(f"Cranfield's run by pytrec_eval: largest difference {worst:.1e}")
    sys.exit(1 if wrong or worst > 1e-6 else 0)


if __name__ == "__main__":
    main()
