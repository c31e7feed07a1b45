#!/bin/sh
# Takes the figures of docs/benchmarks/data.md, ours and the peers' in turns, and prints the table.
#
#   python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
#   sh scripts/benchmark-data.sh PROGRAM CORPUS TOKENIZER SCRATCH [PYTHON [PEERS]]
#
#   PROGRAM     mmbert
#   CORPUS      a folder of CODE.jsonl.zst
#   TOKENIZER   a folder of `mmbert tokenizer train`
#   SCRATCH     a folder for what is built, made and left there
#   PYTHON      a Python with the packages of scripts/peers/requirements.txt, such as
#               .venv/bin/python (default: $PYTHON); without one only ours is measured
#   PEERS       a folder with mds_loader.py and mds_build.py, instead of scripts/peers
#   ROUNDS=3    how often ours and the peer's are taken; medians are printed
#   MIXTURE=2450M  tokens drawn from the mixture of 1,833 languages, about 10 M samples
#   COPIES=20   how many times the corpus goes through the pipe
#   STEPS="build loader …"  only these steps, whose figures are added to those of earlier ones:
#               build loader packing resume pipe synthesize mixture verify mosaicml same-ids autotokenizer
set -eu
scripts=$(dirname "$0")
. "$scripts/peers/python.sh"
case $# in
4 | 5 | 6) program=$1 corpus=$2 tokenizer=$3 scratch=$4 python=${5:-${PYTHON:-}} ;;
*) usage "$0" >&2; exit 2 ;;
esac
rounds=${ROUNDS:-3} mixture=${MIXTURE:-2450M} copies=${COPIES:-20}
all="build loader packing resume pipe synthesize mixture verify"
peers=''
if [ -n "$python" ]; then
    peers=${6:-$scripts/peers}
    require_python "$python" numpy streaming tokenizers transformers zstandard
    all="$all mosaicml same-ids autotokenizer"
fi
mkdir -p "$scratch"
results=$scratch/results.jsonl
[ -n "${STEPS:-}" ] || : > "$results"
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
# So often, ours and the peer's in turns.
rounds() {
    round=0
    while [ "$round" -lt "$rounds" ]; do
        round=$((round + 1))
        "$@"
    done
}
build() {
    rm -rf "${2:?}" "$2.partial"
    "$program" data build --input "$1" --tokenizer "$tokenizer" --output "$2" --json --threads 2 $3
}
build_by_peer() {
    "$python" "$peers/mds_build.py" --processes 2 --tokenizer "$tokenizer/tokenizer.json" \
        --output "$scratch/peer" "$@" "$corpus"/*.jsonl.zst
}
build_step() {
    keep build-ours build "$corpus" "$scratch/ours" "--context 1024"
    [ -z "$peers" ] || keep build-peer build_by_peer
}

largest() { ls -S "$corpus" | sed -n 's/\.jsonl\.zst$//p' | head -n 8 | sed "s|^|$scratch/ours/train/|"; }
# Compressed shards each time: the peer leaves decompressed ones behind.
load_by_peer() {
    rm -rf "$scratch/loader"
    mkdir "$scratch/loader"
    for folder in "$@"; do cp -r "$folder" "$scratch/loader/"; done
    $one_core "$python" "$peers/mds_loader.py" "$scratch/loader"/*
}
load() { $one_core "$program" bench loader "$@" --tokens 200M --json; }
loader_step() {
    keep loader-ours load $(largest)
    [ -z "$peers" ] || keep loader-peer load_by_peer $(largest)
    keep loader-all-ours load "$scratch/ours/train"/*
    [ -z "$peers" ] || keep loader-all-peer load_by_peer "$scratch/ours/train"/*
    rm -rf "$scratch/loader"
}

packing_step() {
    keep build-long build "$corpus" "$scratch/long" "--context 8192"
    keep packing-1024 "$program" bench loader "$scratch/ours" --context 1024 --tokens 100M --json
    keep packing-8192 "$program" bench loader "$scratch/long" --context 8192 --tokens 100M --json
    keep packing-8192-tight "$program" bench loader "$scratch/long" --context 8192 \
        --microbatch 8192 --tokens 100M --json
}

# All of the corpus as one language: shards of 64 MiB.
resume_step() {
    keep build-one build "$corpus" "$scratch/one" "--context 1024 --language one"
    keep resume "$program" bench loader "$scratch/one/train/one" --tokens 20M --json
}

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
pipe_step() {
    keep piped piped
    rm -rf "$scratch/piped"
}

synthesize_step() {
    [ ! -d "$scratch/synthetic" ] || return 0
    note "1,833 made-up languages"
    "$program" data synthesize --languages 1833 --bytes 300M --seed 1 \
        --output "$scratch/text" > "$scratch/messages"
    "$program" tokenizer train --input "$scratch/text" --vocabulary 16384 --sample 10M \
        --temperature 0.3 --output "$scratch/synthetic-tokenizer" > "$scratch/messages"
    "$program" data build --input "$scratch/text" --tokenizer "$scratch/synthetic-tokenizer" \
        --output "$scratch/synthetic"
}
mixture_step() {
    keep mixture "$program" bench loader "$scratch/synthetic" --temperature 0.3 --max-epochs 60 \
        --tokens "$mixture" --json
}

# A context that no document reaches: a sample is a document, with the same name in both.
same_ids_step() {
    keep same-ours build "$corpus" "$scratch/documents" "--context 1048576 --held-out 0"
    keep same-peer build_by_peer --context 1048576
    keep same-ids "$python" "$scripts/interoperability/built_ids.py" \
        "$scratch/documents/train" "$scratch/peer"
}

for step in ${STEPS:-$all}; do
    case $step in
        mosaicml | same-ids | autotokenizer)
            [ -n "$peers" ] || {
                note "The step $step needs PYTHON."
                exit 2
            } ;;
    esac
    case $step in
        build) rounds build_step ;;
        loader) rounds loader_step ;;
        packing) packing_step ;;
        resume) resume_step ;;
        pipe) pipe_step ;;
        synthesize) synthesize_step ;;
        mixture) mixture_step ;;
        verify) keep verify "$program" data verify "$scratch/ours" --json ;;
        mosaicml)
            keep streaming "$python" "$scripts/interoperability/mosaicml_streaming.py" \
                --mmbert "$program" --shards "$scratch/ours" ;;
        same-ids) same_ids_step ;;
        autotokenizer)
            keep tokenizer "$python" "$scripts/interoperability/tokenizer_ids.py" \
                --mmbert "$program" --tokenizer "$tokenizer" "$corpus"/*.jsonl.zst ;;
        *)
            note "unknown step $step; there are $all"
            exit 2 ;;
    esac
done
[ -n "${STEPS:-}" ] || ! command -v python3 > /dev/null ||
    python3 "$scripts/benchmark-data-table.py" "$results"
