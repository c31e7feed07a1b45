#!/bin/sh
# mmBERT base and small as published, a millionth of them, on made-up text of as many languages: all
# phases, the three decay variants and both merges, in minutes on two cores.
#   BIN=folder of the programs   sh scripts/small-scale.sh [FOLDER] [SCALE]
# The encoders are narrow and have few words; everything else is in recipes/mmbert-*.yaml.
set -eu
folder=${1:-runs/small-scale}
scale=${2:-1e-6}
BIN=${BIN:-$(swift build -c release --show-bin-path)}
say() { printf '\n\033[1m%s\033[0m\n%s\n' "$1" "$2"; }
mkdir -p "$folder"
data=$(cd "$folder" && pwd)

bytes=$(awk "BEGIN { printf \"%d\", 26e12 * $scale + 3e6 }") # FineWeb2 and the rest, in bytes

say "1. Text" "A made-up language for every source of the published mixtures, as large in proportion."
[ -d "$data/text" ] || "$BIN/mmbert" data synthesize --seed 1 --bytes "$bytes" --output "$data/text" \
    --like data-manifests/pretrain.yaml data-manifests/midtrain.yaml data-manifests/decay-all.yaml

say "2. A tokenizer, and token shards" "8,192 pieces; documents become samples."
[ -d "$data/tokenizer" ] || "$BIN/mmbert" tokenizer train --input "$data/text" --vocabulary 8192 \
    --output "$data/tokenizer"
[ -d "$data/shards" ] || "$BIN/mmbert" data build --input "$data/text" \
    --tokenizer "$data/tokenizer" --context 8192 --held-out 0.02 --output "$data/shards"

# What both sizes change: the data, the words, the width. Every step is logged.
shards=$data/shards/manifest.yaml
set -- --scale "$scale" --set "tokenizer=$data/tokenizer" \
    --set "phases.pretrain.data.manifest=$shards" --set "phases.midtrain.data.manifest=$shards" \
    --set "phases.decay.data.manifest=$shards" \
    --set "phases.decay.variants.english.data.manifest=$shards" \
    --set "phases.decay.variants.all-languages.data.manifest=$shards" \
    --set model.vocabulary=8192 --set model.layers=4 --set model.intermediate=192 \
    --set log.every_steps=1

say "3. mmBERT base" "Three phases, three variants, merged by TIES."
"$BIN/mmbert-train" --recipe recipes/mmbert-base.yaml --run "$data/base" "$@" \
    --set model.hidden=128 --set model.heads=4 --quiet >/dev/null

say "4. mmBERT small" "From base by strided sampling; the merge is an average over the last variant."
"$BIN/mmbert-train" --recipe recipes/mmbert-small.yaml --run "$data/small" "$@" \
    --set model.hidden=64 --set model.heads=2 --set "model.initialize_from=$data/base/model" \
    --quiet >/dev/null

say "5. The plan" "What was planned, to compare with what was done."
"$BIN/mmbert" plan recipes/mmbert-small.yaml "$@" --set model.hidden=64 --set model.heads=2 \
    --set "model.initialize_from=$data/base/model" --no-calibration --json >"$data/plan.json"
if command -v python3 >/dev/null; then
    python3 scripts/compare_with_plan.py "$data/plan.json" "$data/small/metrics.jsonl"
fi
