#!/bin/sh
# Trains a small multilingual encoder, from nothing to a merged model, on made-up languages and on
# what this project says about itself in English.
#   BIN=folder of the programs   sh scripts/quickstart.sh RUN_FOLDER
set -eu
run=${1:-runs/quickstart}
data=runs/quickstart-data
say() { printf '\n\033[1m%s\033[0m\n%s\n' "$1" "$2"; }

say "1. Text" \
    "Made-up languages, in families that share roots, some with a script of their own; a few large, many small.
A real one among them: English, from this project's own pages and comments."
[ -d "$data/text" ] || "$BIN/mmbert" data synthesize --languages 24 --bytes 12M --seed 1 \
    --output "$data/text"
[ -f "$data/text/eng_Latn.txt" ] || {
    sh scripts/project-text.sh >"$data/eng_Latn.txt"
    mv "$data/eng_Latn.txt" "$data/text/"
}

say "2. A tokenizer" \
    "SentencePiece BPE as Gemma trains it, from a sample in which small languages weigh more than their size."
[ -d "$data/tokenizer" ] || "$BIN/mmbert" tokenizer train --input "$data/text" \
    --vocabulary 4096 --output "$data/tokenizer"

say "3. Token shards" \
    "Documents become chunks of token ids in compressed MDS shards, with a held-out part of every language."
[ -d "$data/shards" ] || "$BIN/mmbert" data build --input "$data/text" \
    --tokenizer "$data/tokenizer" --context 512 --held-out 0.03 --output "$data/shards"

say "4. Three phases, three decay variants, one merge" \
    "Languages come in step by step (8, 14, 25), fewer tokens are masked (30, 15, 5 %), and the ends are merged by TIES.
Stop it with Ctrl-C and run make quickstart again: it resumes where it stopped, to the same bits."
"$BIN/mmbert-train" --recipe recipes/quickstart.yaml --run "$run"

say "5. The model at work" "The likeliest words for a hidden one. A million parameters that read for minutes know little more."
"$BIN/mmbert" fill-mask --model "$run/model" --top 3 \
    --text "The number of tokens in a <mask>." --text "The first of <mask> languages."

cat <<TEXT

What you have now
  $run/model           the merged model, a Hugging Face model folder
  $run/report.html     the run on a page: losses, languages, what the merge won and lost
  $run/metrics.jsonl   every logged step; tensorboard --logdir $run/tensorboard draws it
  $run/recipe.yaml     the recipe with every default written out
  $run/checkpoints     what --resume continues from

What to do next
  Try other words      $BIN/mmbert fill-mask --model $run/model --text "A <mask> is read once."
  Load it elsewhere    python -c "from transformers import AutoModelForMaskedLM as M; M.from_pretrained('$run/model')"
  Change the recipe    $BIN/mmbert-train --recipe recipes/quickstart.yaml --run runs/second --set phases.0.mask.ratio=0.2
  Use your own text    README.md, "Your own languages"
TEXT
