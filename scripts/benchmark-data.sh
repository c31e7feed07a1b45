#!/bin/sh
# Takes the figures of docs/benchmarks/data.md, ours and the peers' in turns, and prints the table.
#
#   sh scripts/benchmark-data.sh PROGRAM CORPUS TOKENIZER SCRATCH [PYTHON PEERS]
#
#   PROGRAM     mmbert
#   CORPUS      a folder of CODE.jsonl.zst
#   TOKENIZER   a folder of `mmbert tokenizer train`
#   SCRATCH     a folder for what is built, made and left there
#   PYTHON      a Python with mosaicml-streaming, tokenizers and zstandard
#   PEERS       the folder of mds_loader.py and mds_build.py
#   ROUNDS=3    how often ours and the peer's are taken; medians are printed
#   MIXTURE=2450M  tokens drawn from the mixture of 1,833 languages, about 10 M samples
#   COPIES=20   how many times the corpus goes through the pipe
set -eu
program=$1 corpus=$2 tokenizer=$3 scratch=$4 python=${5:-} peers=${6:-}
rounds=${ROUNDS:-3} mixture=${MIXTURE:-2450M} copies=${COPIES:-20}
scripts=$(dirname "$0")
mkdir -p "$scratch"
results=$scratch/results.jsonl
: > "$results"
one_core=$(command -v taskset > /dev/null && echo "taskset -c 0" || true)

note() { printf '%s\n' "$1" >&2; }
# Runs a command whose last line of output is JSON and keeps it under a name.
keep() {
    name=$1
    shift
    note "$name"
    output=$("$@" 2> "$scratch/messages") || { cat "$scratch/messages" >&2; exit 1; }
    printf '{"name": "%s", "result": %s}\n' "$name" "$(printf '%s\n' "$output" | tail -n 1)" >> "$results"
}
build() {
    rm -rf "${2:?}" "$2.partial"
    "$program" data build --input "$1" --tokenizer "$tokenizer" --output "$2" --json --threads 2 $3
}
folders() { ls -S "$corpus" | sed -n 's/\.jsonl\.zst$//p' | head -n 8 | sed "s|^|$scratch/ours/train/|"; }

round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    keep build-ours build "$corpus" "$scratch/ours" "--context 1024"
    [ -z "$peers" ] || keep build-peer "$python" "$peers/mds_build.py" --processes 2 \
        --tokenizer "$tokenizer/tokenizer.json" --output "$scratch/peer" "$corpus"/*.jsonl.zst
done

# Compressed shards each time: the peer leaves decompressed ones behind.
fresh() {
    rm -rf "$scratch/loader"
    mkdir "$scratch/loader"
    for folder in "$@"; do cp -r "$folder" "$scratch/loader/"; done
}
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    keep loader-ours $one_core "$program" bench loader $(folders) --tokens 200M --json
    keep loader-all-ours $one_core "$program" bench loader "$scratch/ours/train"/* \
        --tokens 200M --json
    [ -z "$peers" ] && continue
    fresh $(folders)
    keep loader-peer $one_core "$python" "$peers/mds_loader.py" "$scratch/loader"/*
    fresh "$scratch/ours/train"/*
    keep loader-all-peer $one_core "$python" "$peers/mds_loader.py" "$scratch/loader"/*
done
rm -rf "$scratch/loader"
keep build-long build "$corpus" "$scratch/long" "--context 8192"
keep packing-1024 "$program" bench loader "$scratch/ours" --context 1024 --tokens 100M --json
keep packing-8192 "$program" bench loader "$scratch/long" --context 8192 --tokens 100M --json
keep packing-8192-tight "$program" bench loader "$scratch/long" --context 8192 --microbatch 8192 \
    --tokens 100M --json

# All of the corpus as one language: shards of 64 MiB.
keep build-one build "$corpus" "$scratch/one" "--context 1024 --language one"
keep resume "$program" bench loader "$scratch/one/train/one" --tokens 20M --json

# As many copies of the corpus as make gigabytes, through a pipe, within 700 MB of data.
piped() {
    rm -rf "$scratch/piped" "$scratch/piped.partial"
    copy=0
    while [ "$copy" -lt "$copies" ]; do
        copy=$((copy + 1))
        zstd -dcq "$corpus"/*.jsonl.zst
    done | (
        ulimit -d 700000
        "$program" data build --input - --language one --tokenizer "$tokenizer" --json \
            --output "$scratch/piped"
    )
}
keep piped piped
rm -rf "$scratch/piped"

if [ ! -d "$scratch/synthetic" ]; then
    note "1,833 made-up languages"
    "$program" data synthesize --languages 1833 --bytes 300M --seed 1 \
        --output "$scratch/text" > "$scratch/messages"
    "$program" tokenizer train --input "$scratch/text" --vocabulary 16384 --sample 10M \
        --temperature 0.3 --output "$scratch/synthetic-tokenizer" > "$scratch/messages"
    "$program" data build --input "$scratch/text" --tokenizer "$scratch/synthetic-tokenizer" \
        --output "$scratch/synthetic"
fi
keep mixture "$program" bench loader "$scratch/synthetic" --temperature 0.3 --max-epochs 60 \
    --tokens "$mixture" --json
keep verify "$program" data verify "$scratch/ours" --json

if [ -n "$peers" ]; then
    keep streaming "$python" "$scripts/interoperability/mosaicml_streaming.py" \
        --mmbert "$program" --shards "$scratch/ours"
    # A context that no document reaches: a sample is a document, with the same name in both.
    keep same-ours build "$corpus" "$scratch/documents" "--context 1048576 --held-out 0"
    keep same-peer "$python" "$peers/mds_build.py" --processes 2 --context 1048576 \
        --tokenizer "$tokenizer/tokenizer.json" --output "$scratch/peer" "$corpus"/*.jsonl.zst
    keep same-ids "$python" "$scripts/interoperability/built_ids.py" \
        "$scratch/documents/train" "$scratch/peer"
    keep tokenizer "$python" "$scripts/interoperability/tokenizer_ids.py" --mmbert "$program" \
        --tokenizer "$tokenizer" "$corpus"/*.jsonl.zst
fi
command -v python3 > /dev/null && python3 "$scripts/benchmark-data-table.py" "$results"
