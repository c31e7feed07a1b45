#!/bin/sh
# Measures `mmbert embed` and sentence-transformers in turns on the same folder and texts, in fp32,
# and in bf16 where the processor has it, and prints medians and ratios.
#
#   python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
#   sh scripts/benchmark-embed.sh PROGRAM MODEL TEXTS [PYTHON [PEER]]
#
#   PROGRAM    mmbert
#   MODEL      a model folder that both load, such as one of scripts/peers/make_model.py
#   TEXTS      a file of lines
#   PYTHON     a Python with sentence-transformers (default: $PYTHON, .venv/bin/python or python3)
#   PEER       a program with the options of scripts/peers/embed.py, instead of that
#   ROUNDS=3   how often each is taken
#   THREADS=2  threads of each
set -eu
scripts=$(dirname "$0")
. "$scripts/peers/python.sh"
case $# in
3 | 4 | 5) program=$1 model=$2 texts=$3 python=$(peers_python "${4:-}") ;;
*) usage "$0" >&2; exit 2 ;;
esac
peer=${5:-$scripts/peers/embed.py}
require_python "$python" torch sentence_transformers
rounds=${ROUNDS:-3} threads=${THREADS:-2}
export HF_HUB_OFFLINE=1
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE || true
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

precisions=fp32
grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo && precisions="fp32 bf16"

# Keeps the number under "tokens_per_second" of the JSON line that a program prints.
keep() {
    file=$scratch/$1
    shift
    "$@" > "$scratch/output" 2> "$scratch/messages" || { cat "$scratch/messages" >&2; exit 1; }
    sed -n 's/.*"tokens_per_second": *\([0-9.]*\).*/\1/p' "$scratch/output" >> "$file"
}
median() { sort -n "$1" | awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'; }

for precision in $precisions; do
    round=0
    while [ "$round" -lt "$rounds" ]; do
        round=$((round + 1))
        keep "ours-$precision" "$program" embed --model "$model" --input "$texts" \
            --precision "$precision" --threads "$threads" --output "$scratch/vectors.npy" --json
        keep "peer-$precision" "$python" "$peer" --model "$model" --texts "$texts" \
            --precision "$precision" --threads "$threads"
        printf '%s, round %s: mmbert %s, sentence-transformers %s tokens per second\n' "$precision" "$round" \
            "$(tail -n 1 "$scratch/ours-$precision")" "$(tail -n 1 "$scratch/peer-$precision")" >&2
    done
    ours=$(median "$scratch/ours-$precision") theirs=$(median "$scratch/peer-$precision")
    printf '%s %s %s\n' "$precision" "$ours" "$theirs" |
        awk '{ printf "%s: mmbert %.0f, sentence-transformers %.0f tokens per second, ratio %.2f\n", $1, $2, $3, $2 / $3 }'
done
