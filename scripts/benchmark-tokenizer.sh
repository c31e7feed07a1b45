#!/bin/sh
# Trains tokenizers with mmbert and with SentencePiece on the same text, in turns, and compares
# processor time and pieces: the figures of docs/benchmarks/tokenizer.md.
#
#   python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
#   sh scripts/benchmark-tokenizer.sh PROGRAM TEXT SCRATCH [PYTHON]
#
#   PROGRAM     mmbert
#   TEXT        a folder of CODE.jsonl.zst, all of which is learned from
#   SCRATCH     a folder for what is trained
#   PYTHON      a Python with the packages of scripts/peers/requirements.txt
#   ROUNDS=3    how often each is trained
#   SIZES="32768"  vocabularies
#
# mmbert's time is that of the whole command, with reading and writing; SentencePiece's is that of
# training alone, with lines in memory, on one thread and on its default of 16.
set -eu
scripts=$(dirname "$0")
. "$scripts/peers/python.sh"
case $# in
3 | 4) program=$1 text=$2 scratch=$3 python=$(peers_python "${4:-}") ;;
*) usage "$0" >&2; exit 2 ;;
esac
require_python "$python" sentencepiece zstandard
mkdir -p "$scratch"

for size in ${SIZES:-32768}; do
    round=0
    while [ "$round" -lt "${ROUNDS:-3}" ]; do
        round=$((round + 1))
        rm -rf "$scratch/tokenizer"
        printf 'mmbert, %s pieces: ' "$size"
        LC_ALL=C /usr/bin/time -f '%U s user, %S s system, %e s, %M KiB' \
            "$program" tokenizer train --input "$text" --sample 100G --vocabulary "$size" \
            --output "$scratch/tokenizer" --json 2>&1 > "$scratch/report.json" | tail -n 1
        for threads in 1 16; do
            "$python" "$scripts/peers/train_tokenizer.py" --vocabulary "$size" \
                --threads "$threads" --model "$scratch/tokenizer/tokenizer.model" \
                "$text"/*.jsonl.zst
        done
    done
done
