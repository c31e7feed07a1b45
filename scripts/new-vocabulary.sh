#!/bin/sh
# What old weights are worth to a new vocabulary: a small model of 30 languages is trained, then
# goes on in one language that it has not seen, with a tokenizer of that language and four others:
# with the rows of other pieces as means of old pieces (initialize_tokens: mean-of-pieces), with
# these at random (shared-pieces), and with nothing of the old model, at the rate of the old model's
# training and at a quarter of it.
#   BIN=folder of the programs   sh scripts/new-vocabulary.sh TEXTS [FOLDER] [LANGUAGES]
# TEXTS has a file for each language, such as deu_Latn.jsonl.zst. LANGUAGES are the new ones, by
# default Dutch, whose letters and relatives the model knows, and Telugu, whose letters it does not.
# Prints a table of held-out losses, after 40 minutes on two cores.
set -eu
texts=$(cd "$1" && pwd)
folder=${2:-runs/new-vocabulary}
new=${3:-nld_Latn tel_Telu}
BIN=${BIN:-$(swift build -c release --show-bin-path)}
here=$(dirname "$0")
old="eng_Latn deu_Latn fra_Latn spa_Latn jpn_Jpan por_Latn pol_Latn cmn_Hani ita_Latn ron_Latn
    hun_Latn ces_Latn swe_Latn nob_Latn ukr_Cyrl slv_Latn kor_Hang tur_Latn ind_Latn srp_Cyrl
    hin_Deva fin_Latn rus_Cyrl mar_Deva tha_Thai vie_Latn ekk_Latn arb_Arab swh_Latn lvs_Latn"
mkdir -p "$folder"
cd "$folder"

# Tokenizer and shards in folder $1, $2 pieces, of the languages after these.
prepare() {
    place=$1
    pieces=$2
    shift 2
    [ -d "$place/tokenizer" ] || "$BIN/mmbert" tokenizer train --input "$texts" --languages "$@" \
        --vocabulary "$pieces" --temperature 0.3 --output "$place/tokenizer"
    [ -d "$place/shards" ] || "$BIN/mmbert" data build --input "$texts" --languages "$@" \
        --tokenizer "$place/tokenizer" --context 256 --held-out 0.05 --output "$place/shards"
}

# The recipe of folder $1: a model of $2 rows, $3 tokens in batches of $4, evaluated on the
# languages $5 each time $6 tokens are read; the rate has the shape $7.
recipe() {
    cat >"$1/recipe.yaml" <<EOF
name: new-vocabulary
model: {vocabulary: $2, hidden: 128, intermediate: 192, layers: 4, heads: 2, max_positions: 256}
tokenizer: tokenizer
precision: bf16
checkpoint: {every: 100M}
evaluate: {every: $6, tokens_per_language: 32k, data: {languages: $5}}
phases:
  - name: train
    tokens: $3
    context: 256
    mask: {ratio: 0.3}
    data: {manifest: shards/manifest.yaml, temperature: 0.5}
    learning_rate: {peak: 2e-3, warmup: 100k, shape: $7}
    batch: {tokens: $4, microbatch: 2k}
EOF
}

prepare released 10240 $old
recipe released 10240 8M 8k all 2M cosine
[ -d released/run/model ] || "$BIN/mmbert-train" --recipe released/recipe.yaml --run released/run

for language in $new; do
    prepare "$language" 8192 "$language" eng_Latn deu_Latn rus_Cyrl hin_Deva
    recipe "$language" 8192 2100k 2k "[$language]" 200k constant
    for case in mean-of-pieces@2e-3 shared-pieces@2e-3 nothing@2e-3 mean-of-pieces@5e-4 \
        shared-pieces@5e-4; do
        [ -d "$language/$case/model" ] && continue
        way=${case%@*}
        set -- --recipe "$language/recipe.yaml" --run "$language/$case" \
            --set "phases.0.learning_rate.peak=${case#*@}"
        [ "$way" = nothing ] || set -- "$@" --set model.initialize_from=../released/run/model \
            --set "model.initialize_tokens=$way"
        "$BIN/mmbert-train" "$@"
    done
done
cd - >/dev/null
python3 "$here/new_vocabulary_table.py" "$folder" $new
