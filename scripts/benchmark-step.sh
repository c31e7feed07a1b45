#!/bin/sh
# Measures training steps beside PyTorch's, in turns on two threads, and prints the table of
# docs/benchmarks/training-step.md.
#
#   sh scripts/benchmark-step.sh MMBERT PYTHON PEER RESULTS
#
# MMBERT   the program
# PYTHON   a Python with torch and transformers
# PEER     a script that takes the options of `mmbert bench step` and --compile, and prints a line
#          of JSON with tokens_per_second and peak_rss_gib
# RESULTS  a file that gets all JSON lines
#
# STEPS (3), ROUNDS (1), ROWS (all) and COMPILE (1) in the environment change what is run.
set -eu

mmbert=$1 python=$2 peer=$3 results=$4
steps=${STEPS:-3}
export HF_HUB_OFFLINE=1
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE || true

# A line of JSON of a program that may fail, such as one that needs more memory than there is.
run() {
    echo "$1: $2" >&2
    line=$(shift 2; "$@" | tail -1) || line=null
    printf '{"row": "%s", "program": "%s", "result": %s}\n' "$1" "$2" "${line:-null}" >>"$results"
}

row() {
    name=$1; shift
    case " ${ROWS:-$name} " in *" $name "*) ;; *) return 0 ;; esac
    run "$name" mmbert "$mmbert" bench step "$@" --threads 2 --steps "$steps" --warmup 1 --json
    run "$name" eager "$python" "$peer" "$@" --threads 2 --steps "$steps" --warmup 1
    [ "${COMPILE:-1}" = 0 ] ||
        run "$name" compiled "$python" "$peer" "$@" --threads 2 --steps "$steps" --warmup 1 --compile
}

precisions=fp32
if "$mmbert" bench step --size tiny --vocabulary 10 --context 8 --steps 1 --warmup 0 \
    --precision bf16 >/dev/null 2>&1; then
    precisions="bf16 fp32"
fi
for _ in $(seq "${ROUNDS:-1}"); do
    for precision in $precisions; do
        row "small-$precision" --size small --context 512 --sequences 8 --mask 0.3 \
            --precision "$precision"
        row "variable-$precision" --size small --context 512 --sequences 16 --variable \
            --mask 0.3 --precision "$precision"
        row "base-$precision" --size base --context 512 --sequences 4 --mask 0.3 \
            --precision "$precision"
        row "long-$precision" --size small --context 8192 --sequences 1 --mask 0.05 \
            --precision "$precision"
    done
done
"$python" "$(dirname "$0")/benchmark-step-table.py" "$results"
