#!/bin/sh
# Measures `mmbert embed` and sentence-transformers in turns on the same folder and texts, in fp32,
# and in bf16 where the processor has it, and prints medians and ratios.
#
#   sh scripts/benchmark-embed.sh PROGRAM MODEL TEXTS PYTHON PEER
#
#   PROGRAM    mmbert
#   MODEL      a model folder with tokenizer.model and what AutoTokenizer reads
#   TEXTS      a file of lines
#   PYTHON     a Python with sentence-transformers
#   PEER       embed.py: --model, --texts, --precision, --threads; prints a JSON line with tokens_per_second
#   ROUNDS=3   how often each is taken
#   THREADS=2  threads of each
set -eu
program=$1 model=$2 texts=$3 python=$4 peer=$5
rounds=${ROUNDS:-3} threads=${THREADS:-2}
export HF_HUB_OFFLINE=1
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

precisions=fp32
grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo && precisions="fp32 bf16"

# The number under "tokens_per_second" of a JSON line.
rate() { sed -n 's/.*"tokens_per_second": *\([0-9.]*\).*/\1/p'; }
median() { sort -n "$1" | awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'; }

for precision in $precisions; do
    round=0
    while [ "$round" -lt "$rounds" ]; do
        round=$((round + 1))
        "$program" embed --model "$model" --input "$texts" --precision "$precision" \
            --threads "$threads" --output "$scratch/vectors.npy" --json | rate >> "$scratch/ours-$precision"
        "$python" "$peer" --model "$model" --texts "$texts" --precision "$precision" \
            --threads "$threads" 2> "$scratch/messages" | rate >> "$scratch/peer-$precision"
        printf '%s, round %s: mmbert %s, sentence-transformers %s tokens per second\n' "$precision" "$round" \
            "$(tail -n 1 "$scratch/ours-$precision")" "$(tail -n 1 "$scratch/peer-$precision")" >&2
    done
    ours=$(median "$scratch/ours-$precision") theirs=$(median "$scratch/peer-$precision")
    printf '%s %s %s\n' "$precision" "$ours" "$theirs" |
        awk '{ printf "%s: mmbert %.0f, sentence-transformers %.0f tokens per second, ratio %.2f\n", $1, $2, $3, $2 / $3 }'
done
