"""What `mutate.py` changes: a small file of every format; and the commands that read them."""

import collections
import json
import os
import shutil
import subprocess
import sys

import mutations

RECIPE = """\
name: small
seed: 5
model: {vocabulary: 512, hidden: 16, intermediate: 24, layers: 2, heads: 2, max_positions: 64}
tokenizer: tokenizer
checkpoint: {every: 1k, keep: 1}
evaluate: {every: 2k, mask_ratio: 0.15, tokens_per_language: 64}
log: {every_steps: 1}
phases:
  - name: first
    tokens: 2560
    context: 32
    mask: {ratio: 0.30}
    data: {manifest: shards/manifest.yaml, languages: {largest: 2}}
    learning_rate: {peak: 2e-3}
    batch: {tokens: 512, microbatch: 256}
  - name: last
    tokens: 1k
    context: 32
    mask: {ratio: 0.1}
    data: {manifest: shards/manifest.yaml}
    learning_rate: {peak: 2e-3}
    batch: {tokens: 512, microbatch: 256}
    variants: [a, b]
merge: {method: ties, density: 0.2, lambda: 1.0, scope: tensor}
"""
# Every key that the small recipe leaves out.
FULL = """\
name: full
seed: 7
model: {vocabulary: 512, hidden: 16, intermediate: 24, layers: 2, heads: 2, max_positions: 64,
  global_every: 2, local_attention: 16, rope_theta: {global: 160_000, local: 10_000},
  norm_eps: 1e-5, dropout: 0.1, initializer_range: 0.02, initializer_cutoff: 2.0,
  special_tokens: {pad: 0, eos: 1, bos: 2, unknown: 3, mask: 4}}
tokenizer: tokenizer
optimizer: {name: stable-adamw, betas: [0.9, 0.98], eps: 1e-6, weight_decay: 1e-5}
checkpoint: {every: 1k, keep: 2}
evaluate: {every: 2k, mask_ratio: 0.15, tokens_per_language: 64,
  data: {manifest: shards/manifest.yaml, languages: {largest: 2}}}
log: {every_steps: 2}
cache: {folder: cache, limit: 1G}
lanes: 2
phases:
  - name: first
    tokens: 200k
    context: 32
    rope_theta: {global: 10_000, local: 10_000}
    weight_decay: 1e-4
    mask: {from: 0.3, to: 0.1, shape: steps, steps: 4, replace: {mask: 0.8, random: 0.1, keep: 0.1}}
    data: {manifest: shards/manifest.yaml,
      temperature: {from: 0.7, to: 0.3, shape: steps, steps: 3},
      max_epochs: 50, entry: {first: 1, from: 10k, until: 90k}}
    learning_rate: {peak: 2e-3, warmup: 10k, shape: cosine, decay: 50k, final_factor: 0.1,
      drop: {at: 150k, factor: 0.5}}
    batch: {tokens: 2048, from: 512, warmup: 50k, increment: 256, microbatch: 256}
  - name: second
    tokens: 50k
    context: 32
    mask: {from: 0.3, to: 0.1, shape: switch, at: 20k}
    data:
      groups:
        - {name: one, share: 60.2, manifest: shards/manifest.yaml, languages: {largest: 1},
          sampling: unimax, max_epochs: 90}
        - {name: two, share: 39.8, manifest: other.yaml, temperature: 0.5}
    learning_rate: {peak: 1e-3, shape: one-minus-sqrt}
    batch: {tokens: 512, microbatch: 256}
  - name: third
    tokens: 20k
    context: 32
    mask: {from: 0.3, to: 0.1, shape: linear}
    data: {manifest: shards/manifest.yaml}
    learning_rate: {peak: 1e-3, shape: inverse-sqrt, final_factor: 0.2}
    batch: {tokens: 512, microbatch: 256}
    variants:
      - {name: a, data: {manifest: shards/manifest.yaml, proportions: {PROPORTION: 0.4}}}
      - {name: b, mask: {ratio: 0.05}, data: {manifest: shards/manifest.yaml, languages: list.txt}}
merge: {method: ema, decay: 0.5, inputs: [b], checkpoints: 2, weights: [1, 0.5]}
"""
# Vectors are trained and measured: pairs, ids of texts, a folder in BEIR's form.
TRAINED = """\
name: vectors
task: embedding
model: model
data: {train: TRAIN, dev: pairs.tsv, corpus: beir}
length: 32
batch: {examples: 4, microbatch: 64}
loss: {name: in-batch, scale: 20, symmetric: true, mask_duplicates: true, dimensions: [16, 8]}
negatives: 1
normalize: true
prompts: {query: "q: ", document: "d: "}
"""
MEASURED = """\
name: measured
models: {model: model}
seeds: [1]
tasks:
  search: {kind: retrieval, data: {test: beir}}
  pairs: {kind: similarity, data: {test: scored.tsv}}
tables: [{title: All, columns: [search, pairs]}]
"""
# One kind of case: the file that changes, how, and what reads it. `record` is a checkpoint.json
# that notes the file's hash, `made` what the command leaves behind.
Format = collections.namedtuple("Format", "name file change command record made")


def formats(folder):
    """Every file of `folder` that a program reads, with the command that reads it."""
    result = []

    def add(name, file, change, *command, record=None, made=()):
        result.append(Format(name, file, change, command, record, made))

    plan = ("mmbert", "plan", "{}", "--no-calibration")
    dry = ("mmbert-train", "--dry-run", "--quiet", "--threads", "1", "--recipe")
    for recipe in ("recipe.yaml", "full.yaml", "resolved.yaml"):
        add("recipe", recipe, mutations.text, "mmbert", "plan", recipe, "--no-calibration")
    add("recipe", "recipe.yaml", mutations.text, *dry, "recipe.yaml", "--run", "new")
    add("list", "list.txt", mutations.text, "mmbert", "plan", "full.yaml", "--no-calibration")
    quick = ("--quick", "--samples", "0", "--threads", "1")
    add(
        "manifest",
        "shards/manifest.yaml",
        mutations.text,
        "mmbert",
        "data",
        "inspect",
        "shards",
        *quick,
    )
    add(
        "manifest",
        "shards/manifest.yaml",
        mutations.text,
        "mmbert",
        "plan",
        "recipe.yaml",
        "--no-calibration",
    )
    shards = sorted(os.listdir(f"{folder}/shards/train"))[0]
    place = f"shards/train/{shards}"
    verify = ("mmbert", "data", "verify", "--threads", "1")
    add("index", f"{place}/index.json", mutations.text, *verify, place)
    add(
        "index",
        f"{place}/index.json",
        mutations.text,
        "mmbert",
        "data",
        "inspect",
        "shards",
        *quick,
    )
    for name in sorted(os.listdir(f"{folder}/mds")):
        add("index", f"mds/{name}/index.json", mutations.text, *verify, f"mds/{name}")
        for shard in sorted(os.listdir(f"{folder}/mds/{name}")):
            if shard.startswith("shard"):
                add("shard", f"mds/{name}/{shard}", mutations.binary, *verify, f"mds/{name}")
    shard = next(n for n in sorted(os.listdir(f"{folder}/{place}")) if n.startswith("shard"))
    add("shard", f"{place}/{shard}", mutations.binary, *verify, place)
    embed = (
        "mmbert",
        "embed",
        "--threads",
        "1",
        "--input",
        "texts.txt",
        "--output",
        "-",
        "--model",
    )
    add("config.json", "model/config.json", mutations.text, *embed, "model")
    add("tensors", "model/model.safetensors", mutations.safetensors, *embed, "model")
    add("tokenizer.json", "model/tokenizer.json", mutations.text, *embed, "model")
    for file in (
        "modules.json",
        "1_Pooling/config.json",
        "config_sentence_transformers.json",
        "sentence_bert_config.json",
        "tokenizer_config.json",
    ):
        if os.path.exists(f"{folder}/model/{file}"):
            add("companions", f"model/{file}", mutations.text, *embed, "model")
    add("tensors index", "split/model.safetensors.index.json", mutations.text, *embed, "split")
    merge = ("mmbert", "merge", "model", "split", "--method", "average", "--output", "merged")
    add("merge", "model/config.json", mutations.text, *merge, made=("merged",))
    add("merge", "model/model.safetensors", mutations.safetensors, *merge, made=("merged",))
    encode = ("mmbert", "tokenizer", "encode", "texts.txt", "--tokenizer")
    add(
        "tokenizer.model",
        "tokenizer/tokenizer.model",
        mutations.binary,
        *encode,
        "tokenizer/tokenizer.model",
    )
    add("tokenizer.json", "model/tokenizer.json", mutations.text, *encode, "model/tokenizer.json")
    for name in sorted(os.listdir(f"{folder}/others")):
        for file in ("tokenizer.json", "special_tokens_map.json"):
            add(
                "tokenizer.json", f"others/{name}/{file}", mutations.text, *encode, f"others/{name}"
            )
    newest = open(f"{folder}/run/checkpoints/latest").read().strip()
    checkpoint = f"run/checkpoints/{newest}"
    resume = (*dry, "recipe.yaml", "--run", "run")
    for file, change in (
        ("trainer/state.json", mutations.text),
        ("trainer/optimizer.safetensors", mutations.safetensors),
        ("config.json", mutations.text),
    ):
        add(
            "checkpoint",
            f"{checkpoint}/{file}",
            change,
            *resume,
            record=f"{checkpoint}/checkpoint.json",
        )
    add("checkpoint", f"{checkpoint}/checkpoint.json", mutations.text, *resume)
    goes_on = (
        "mmbert-train",
        "--quiet",
        "--threads",
        "1",
        "--recipe",
        "recipe.yaml",
        "--run",
        "run",
        "--stop-after",
        "1steps",
    )
    for file in ("run.json", "metrics.jsonl", "checkpoints/latest"):
        add("run folder", f"run/{file}", mutations.text, *goes_on, made=("run",))
    for file in ("recipe.yaml", "run.json", "metrics.jsonl"):
        add(
            "report", f"run/{file}", mutations.text, "mmbert", "report", "run", "--html", "run.html"
        )
    add(
        "run folder",
        f"{checkpoint}/trainer/state.json",
        mutations.text,
        *goes_on,
        record=f"{checkpoint}/checkpoint.json",
        made=("run",),
    )
    build = (
        "mmbert",
        "data",
        "build",
        "--threads",
        "1",
        "--tokenizer",
        "tokenizer",
        "--context",
        "64",
        "--output",
        "built",
        "--input",
    )
    for name in sorted(os.listdir(f"{folder}/documents")):
        change = {"gz": mutations.compressed, "zst": mutations.binary}.get(
            name.rsplit(".")[-1], mutations.text
        )
        add(
            "text",
            f"documents/{name}",
            change,
            *build,
            f"documents/{name}",
            "--language",
            "xyz_Latn",
            made=("built", "built.partial"),
        )
    for name in sorted(os.listdir(f"{folder}/tables")):
        kind = name.rsplit(".")[-1]
        add(
            "parquet" if kind == "parquet" else "csv",
            f"tables/{name}",
            mutations.parquet if kind == "parquet" else mutations.text,
            *build,
            f"tables/{name}",
            "--language",
            "xyz_Latn",
            made=("built", "built.partial"),
        )
    rehearse = ("mmbert", "finetune", "--dry-run", "--threads", "1")
    add("pairs", "vectors.yaml", mutations.text, *rehearse, "vectors.yaml")
    for file in ("pairs.jsonl", "pairs.tsv"):
        add("pairs", file, mutations.text, *rehearse, "vectors.yaml")
    add("pairs", "triples.tsv", mutations.text, *rehearse, "triples.yaml")
    measure = ("mmbert", "evaluate", "suite.yaml", "--threads", "1", "--run", "measured")
    for file in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        add("retrieval", f"beir/{file}", mutations.text, *rehearse, "qrels.yaml")
        add("retrieval", f"beir/{file}", mutations.text, *measure, made=("measured",))
    for file in ("suite.yaml", "scored.tsv"):
        add("suite", file, mutations.text, *measure, made=("measured",))
    ids = ("mmbert", "embed", "--threads", "1", "--input", "ids.jsonl", "--output", "-", "--model")
    for name in ("xlmr", "bert", "old"):
        add("families", f"{name}/config.json", mutations.text, *ids, name)
        add("families", f"{name}/model.safetensors", mutations.safetensors, *ids, name)
    score = ("mmbert", "score", "--threads", "1", "--model", "model", "--input", "lines.jsonl")
    add("lines", "lines.jsonl", mutations.text, *score)
    return result


def make(folder, programs, repository):
    """Makes the files that are changed."""
    os.makedirs(f"{folder}/documents")

    def run(program, *arguments):
        done = subprocess.run(
            [f"{programs}/{program}", *arguments], cwd=folder, capture_output=True, text=True
        )
        if done.returncode != 0:
            sys.exit(f"{program} {' '.join(arguments)}: {done.stderr}")

    run(
        "mmbert",
        "data",
        "synthesize",
        "--languages",
        "3",
        "--bytes",
        "90k",
        "--seed",
        "3",
        "--output",
        "text",
    )
    run(
        "mmbert",
        "tokenizer",
        "train",
        "--input",
        "text",
        "--vocabulary",
        "512",
        "--output",
        "tokenizer",
    )
    build = ("--tokenizer", "tokenizer", "--context", "64", "--held-out", "0.05", "--output")
    run("mmbert", "data", "build", "--input", "text", *build, "shards")
    run("mmbert", "data", "build", "--input", "text", *build, "other")
    os.rename(f"{folder}/other/manifest.yaml", f"{folder}/other/m.yaml")
    with open(f"{folder}/other/m.yaml") as file:
        manifest = (
            file.read()
            .replace("folder: ", "folder: other/")
            .replace("tokenizer: ", "tokenizer: other/")
        )
    write(f"{folder}/other.yaml", manifest.encode())
    languages = sorted(os.listdir(f"{folder}/shards/train"))
    write(f"{folder}/recipe.yaml", RECIPE.encode())
    write(f"{folder}/full.yaml", FULL.replace("PROPORTION", languages[0]).encode())
    write(f"{folder}/list.txt", "".join(f"{name}  # made up\n" for name in languages).encode())
    run("mmbert", "plan", "full.yaml", "--no-calibration")
    train = ("--recipe", "recipe.yaml", "--quiet", "--threads", "1", "--run")
    run("mmbert-train", *train, "run", "--stop-after", "4steps")
    run("mmbert-train", *train, "whole")
    os.rename(f"{folder}/whole/model", f"{folder}/model")
    with open(f"{folder}/whole/recipe.yaml") as file:
        write(f"{folder}/resolved.yaml", file.read().replace(f"{folder}/", "").encode())
    shutil.rmtree(f"{folder}/whole")
    split(folder)
    write(f"{folder}/texts.txt", "a b c\nein längerer Satz\n\nüß 東京 🙂\n".encode())
    write(
        f"{folder}/lines.jsonl",
        b'{"text": "a b"}\n{"input_ids": [2, 9, 4, 1], "labels": [-100, -100, 10, -100]}\n',
    )
    lines = "".join(
        json.dumps({"text": f"line {n} über alles"}, ensure_ascii=n % 2 == 0) + "\n"
        for n in range(40)
    )
    write(f"{folder}/documents/a.jsonl", lines.encode())
    write(
        f"{folder}/documents/a.txt",
        "\n\n".join(f"Absatz {n}\nmit Zeilen" for n in range(40)).encode(),
    )
    fixtures = f"{repository}/Tests/Fixtures"
    shutil.copytree(
        f"{fixtures}/Formats/mds",
        f"{folder}/mds",
        ignore=shutil.ignore_patterns("*.json.*", "expected.json"),
    )
    for name in os.listdir(f"{folder}/mds"):
        if not os.path.exists(f"{folder}/mds/{name}/index.json"):
            shutil.rmtree(f"{folder}/mds/{name}")
    for name in ("lines.txt.gz", "lines.txt.zst"):
        shutil.copy(f"{fixtures}/Formats/{name}", f"{folder}/documents/{name}")
    tables(folder, f"{fixtures}/Parquet/files")
    vectors(folder, fixtures)
    os.makedirs(f"{folder}/others")
    for name, (pad, unknown, mask) in {
        "byte-level": ("[PAD]", "[UNK]", "[MASK]"),
        "converted": ("<pad>", "<unk>", "<mask>"),
        "unigram": ("<pad>", "<unk>", "<mask>"),
    }.items():
        os.makedirs(f"{folder}/others/{name}")
        shutil.copy(
            f"{fixtures}/Tokenization/{name}.json", f"{folder}/others/{name}/tokenizer.json"
        )
        roles = {"pad_token": pad, "unk_token": unknown, "mask_token": {"content": mask}}
        write(
            f"{folder}/others/{name}/special_tokens_map.json", json.dumps(roles, indent=1).encode()
        )


def vectors(folder, fixtures):
    """Pairs, triples, a folder in BEIR's form, and encoders of other families."""
    texts = [f"text {n} über alles" for n in range(12)]
    rows = [
        {"anchor": texts[n], "positive": texts[n + 1], "negatives": [texts[n + 2]]}
        for n in range(10)
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write(f"{folder}/pairs.jsonl", lines.encode())
    lines = "".join("\t".join([r["anchor"], r["positive"], *r["negatives"]]) + "\n" for r in rows)
    write(f"{folder}/pairs.tsv", lines.encode())
    lines = "".join(f"{n / 2}\t{texts[n]}\t{texts[n + 1]}\n" for n in range(10))
    write(f"{folder}/scored.tsv", f"score\tsentence1\tsentence2\n{lines}".encode())
    os.makedirs(f"{folder}/beir/qrels")
    documents = [{"_id": f"d{n}", "title": "T", "text": text} for n, text in enumerate(texts)]
    queries = [{"_id": f"q{n}", "text": text} for n, text in enumerate(texts)]
    for name, values in (("corpus", documents), ("queries", queries)):
        lines = "".join(json.dumps(value) + "\n" for value in values)
        write(f"{folder}/beir/{name}.jsonl", lines.encode())
    lines = "".join(f"q{n}\td{n + 1}\t{n % 3}\n" for n in range(10))
    write(f"{folder}/beir/qrels/test.tsv", f"query-id\tcorpus-id\tscore\n{lines}".encode())
    lines = "".join(f"q{n}\td{n + 1}\td{n + 2}\n" for n in range(10))
    write(f"{folder}/triples.tsv", lines.encode())
    write(f"{folder}/vectors.yaml", TRAINED.replace("TRAIN", "pairs.jsonl").encode())
    triples = TRAINED.replace("TRAIN, dev: pairs.tsv", "triples.tsv, format: triples")
    write(f"{folder}/triples.yaml", triples.encode())
    judged = TRAINED.replace("TRAIN, dev: pairs.tsv", "beir/qrels/test.tsv")
    write(f"{folder}/qrels.yaml", judged.replace("negatives: 1\n", "").encode())
    write(f"{folder}/suite.yaml", MEASURED.encode())
    for name in ("xlmr", "bert", "old"):
        shutil.copytree(f"{fixtures}/Families/{name}", f"{folder}/{name}")
    write(f"{folder}/ids.jsonl", b'{"input_ids": [0, 5, 9, 2]}\n{"input_ids": [0, 7, 2]}\n')


def tables(folder, fixtures):
    """Parquet in every version, encoding and codec, and rows of CSV and TSV."""
    os.makedirs(f"{folder}/tables")
    odd = ("fallback", "long-header", "lz4-block", "lz4-hadoop", "one-word")
    for name in sorted(os.listdir(fixtures)):
        if name[:2] in ("1-", "2-") or name.split(".")[0] in odd:
            shutil.copy(f"{fixtures}/{name}", f"{folder}/tables")
    for ending, comma in (("csv", ","), ("tsv", "\t")):
        rows = [f'{n}{comma}"row {n}{comma} ""über""\n alles"\r\n' for n in range(40)]
        lines = f"id{comma}text\r\n" + "".join(rows)
        write(f"{folder}/tables/rows.{ending}", lines.encode())


def split(folder):
    """A copy of the model whose tensors lie in a file that an index names."""
    shutil.copytree(f"{folder}/model", f"{folder}/split")
    tensors, part = f"{folder}/split/model.safetensors", "model-00001-of-00001.safetensors"
    with open(tensors, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    os.rename(tensors, f"{folder}/split/{part}")
    places = {name: part for name in header if name != "__metadata__"}
    index = {
        "metadata": {"total_size": os.path.getsize(f"{folder}/split/{part}")},
        "weight_map": places,
    }
    write(f"{folder}/split/model.safetensors.index.json", json.dumps(index, indent=1).encode())


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
