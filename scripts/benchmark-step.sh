#!/bin/sh
# Measures training steps beside PyTorch's, in turns on two threads, and prints the table of
# docs/benchmarks/training-step.md.
#
#   python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
#   sh scripts/benchmark-step.sh MMBERT [PYTHON [PEER]] RESULTS
#
#   MMBERT     the program
#   PYTHON     a Python with torch and transformers (default: $PYTHON, .venv/bin/python or python3)
#   PEER       a program with the options of scripts/peers/pytorch_step.py, instead of that
#   RESULTS    a file to which a line of JSON is added for each measurement
#   STEPS=3    steps that count
#   ROUNDS=1   how often each is taken; medians are printed
#   COMPILE=1  0 leaves out torch.compile
#   ROWS=      only these rows: small-, variable-, base-, long-, each with fp32 or bf16; and tiny-fp32,
#              which takes seconds and is not in the table of the page
set -eu
scripts=$(dirname "$0")
. "$scripts/peers/python.sh"
python='' peer=$scripts/peers/pytorch_step.py
case $# in
2) mmbert=$1 results=$2 ;;
3) mmbert=$1 python=$2 results=$3 ;;
4) mmbert=$1 python=$2 peer=$3 results=$4 ;;
*) usage "$0" >&2; exit 2 ;;
esac
python=$(peers_python "$python")
require_python "$python" torch transformers
steps=${STEPS:-3}
export HF_HUB_OFFLINE=1
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE || true

# Keeps the line of JSON of a program that may fail, such as one that needs more memory than there is.
run() {
    name=$1 program=$2
    shift 2
    echo "$name: $program" >&2
    line=$("$@" | tail -n 1) || line=null
    printf '{"row": "%s", "program": "%s", "result": %s}\n' "$name" "$program" "${line:-null}" \
        >> "$results"
}

row() {
    row=$1
    shift
    case " ${ROWS:-$all} " in *" $row "*) ;; *) return 0 ;; esac
    set -- "$@" --threads 2 --steps "$steps" --warmup 1
    run "$row" mmbert "$mmbert" bench step "$@" --json
    run "$row" eager "$python" "$peer" "$@"
    # The second step compiles once more, as another number of words is masked.
    [ "${COMPILE:-1}" = 0 ] ||
        run "$row" compiled "$python" "$peer" "$@" --compile --warmup 2
}

precisions=fp32
if "$mmbert" bench step --size tiny --vocabulary 10 --context 8 --steps 1 --warmup 0 \
    --precision bf16 > /dev/null 2>&1; then
    precisions="bf16 fp32"
fi
all=''
for precision in $precisions; do
    for shape in small variable base long; do all="$all $shape-$precision"; done
done
for _ in $(seq "${ROUNDS:-1}"); do
    row tiny-fp32 --size tiny --vocabulary 10000 --context 128 --sequences 1 --mask 0.3 \
        --precision fp32
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
"$python" "$scripts/benchmark-step-table.py" "$results"
