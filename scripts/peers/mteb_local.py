"""mteb's own task classes over data that is at hand, fed with given vectors: what other scripts
compare mmbert's measures with.

    pip install mteb==2.26.24
"""

import warnings

warnings.filterwarnings("ignore")

import numpy
from datasets import Dataset, DatasetDict
from mteb.abstasks.classification import AbsTaskClassification
from mteb.abstasks.clustering import AbsTaskClustering
from mteb.abstasks.pair_classification import AbsTaskPairClassification
from mteb.abstasks.retrieval import AbsTaskRetrieval
from mteb.abstasks.sts import AbsTaskSTS
from mteb.abstasks.task_metadata import TaskMetadata
from mteb.abstasks.text.bitext_mining import AbsTaskBitextMining
from mteb.models.model_meta import ModelMeta
from mteb.similarity_functions import cos_sim, pairwise_cos_sim


class Lookup:
    """An encoder that knows the vector of each text."""

    def __init__(self, vectors):
        self.vectors = vectors
        self.mteb_model_meta = ModelMeta.create_empty({"name": "local/lookup", "revision": "1"})

    def encode(self, inputs, **_):
        texts = [text for batch in inputs for text in batch["text"]]
        return numpy.stack([self.vectors[text] for text in texts])

    def similarity(self, first, second):
        return cos_sim(first, second)

    def similarity_pairwise(self, first, second):
        return pairwise_cos_sim(first, second)


def metadata(name, kind, main):
    return TaskMetadata(
        name=name, description="local", reference=None, dataset={"path": "NA", "revision": "NA"},
        type=kind, category="t2t", modalities=["text"], eval_splits=["test"],
        eval_langs=["eng-Latn"], main_score=main, date=None, domains=None, task_subtypes=None,
        license=None, annotations_creators=None, dialect=None, sample_creation=None,
        bibtex_citation="")


class LocalSimilarity(AbsTaskSTS):
    metadata = metadata("LocalSimilarity", "STS", "cosine_spearman")
    abstask_prompt = "local"


class LocalPairs(AbsTaskPairClassification):
    metadata = metadata("LocalPairs", "PairClassification", "max_ap")
    label_column_name = "labels"


class LocalMining(AbsTaskBitextMining):
    metadata = metadata("LocalMining", "BitextMining", "f1")


class LocalClassification(AbsTaskClassification):
    metadata = metadata("LocalClassification", "Classification", "accuracy")


class LocalClustering(AbsTaskClustering):
    metadata = metadata("LocalClustering", "Clustering", "v_measure")


class LocalRetrieval(AbsTaskRetrieval):
    metadata = metadata("LocalRetrieval", "Retrieval", "ndcg_at_10")


def run(task, dataset, vectors):
    """What mteb measures: scores of the test split."""
    task.dataset, task.data_loaded = dataset, True
    scores = task.evaluate(Lookup(vectors), "test", encode_kwargs={"batch_size": 256})["default"]
    return {
        name: float(value) for name, value in scores.items()
        if isinstance(value, (int, float, numpy.floating))}


def similarity(rows, vectors):
    """Rows of (text, text, score)."""
    first, second, scores = map(list, zip(*rows))
    data = Dataset.from_dict({"sentence1": first, "sentence2": second, "score": scores})
    return run(LocalSimilarity(), DatasetDict({"test": data}), vectors)


def pairs(rows, vectors):
    """Rows of (text, text, 0 or 1)."""
    first, second, labels = map(list, zip(*rows))
    data = Dataset.from_dict({"sentence1": first, "sentence2": second, "labels": labels})
    return run(LocalPairs(), DatasetDict({"test": data}), vectors)


def mining(first, second, vectors):
    """Aligned sentences; one direction."""
    data = Dataset.from_dict({"sentence1": first, "sentence2": second})
    return run(LocalMining(), DatasetDict({"test": data}), vectors)


def classification(train, test, vectors, per_label=8):
    """Rows of (text, label)."""
    task = LocalClassification()
    task.samples_per_label = per_label
    splits = {
        name: Dataset.from_dict({"text": [row[0] for row in rows], "label": [row[1] for row in rows]})
        for name, rows in (("train", train), ("test", test))}
    return run(task, DatasetDict(splits), vectors)


def clustering(rows, vectors, documents=None, share=None, size=16384):
    """Rows of (text, label or labels)."""
    task = LocalClustering()
    task.max_document_to_embed, task.max_fraction_of_documents_to_embed = documents, share
    task.max_documents_per_cluster = size
    data = Dataset.from_dict(
        {"sentences": [row[0] for row in rows], "labels": [row[1] for row in rows]})
    return run(task, DatasetDict({"test": data}), vectors)


def retrieval(queries, documents, judged, vectors, leave_out=False, candidates=None):
    """Queries {id: text}, documents {id: text}, judged {query: {document: grade}}, and for an order
    of candidates {query: [document]}."""
    task = LocalRetrieval()
    task.ignore_identical_ids = leave_out
    split = {
        "queries": Dataset.from_list([{"id": key, "text": text} for key, text in queries.items()]),
        "corpus": Dataset.from_list(
            [{"id": key, "text": text, "title": ""} for key, text in documents.items()]),
        "relevant_docs": judged, "top_ranked": candidates}
    return run(task, {"default": {"test": split}}, vectors)
