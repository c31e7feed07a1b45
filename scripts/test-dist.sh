#!/bin/sh
# Runs what make dist made on a bare Debian 12: text, tokenizer, shards, a short run, a word.
#   sudo sh scripts/test-dist.sh ARCHIVE [FOLDER FOR THE SYSTEM]
# Needs root and debootstrap.
set -eu
archive=$1
system=${2:-$(mktemp -d)/bookworm}
[ -d "$system/usr" ] || debootstrap --variant=minbase bookworm "$system"
! [ -e "$system/usr/bin/swift" ]
rm -rf "$system/opt/mmbert"
mkdir -p "$system/opt/mmbert"
tar -C "$system/opt/mmbert" --strip-components=1 -xzf "$archive"
mount -t proc proc "$system/proc"
trap 'umount "$system/proc"' EXIT
chroot "$system" /bin/sh -eu <<'INSIDE'
export PATH="/opt/mmbert/bin:$PATH" HOME=/root LC_ALL=C.UTF-8
cd "$(mktemp -d)"
mmbert --version
mmbert-train --version
mmbert data synthesize --languages 3 --bytes 600k --output text
mmbert tokenizer train --input text --vocabulary 1000 --output tokenizer
mmbert data build --input text --tokenizer tokenizer --context 128 --output shards
cat >recipe.yaml <<'RECIPE'
name: archive
model: {vocabulary: 1000, hidden: 64, intermediate: 96, layers: 2, heads: 2, max_positions: 128}
tokenizer: tokenizer
phases:
  - name: pretrain
    tokens: 40k
    context: 128
    mask: {ratio: 0.3}
    data: {manifest: shards/manifest.yaml}
    learning_rate: {peak: 1e-3}
    batch: {tokens: 2k, microbatch: 2k}
RECIPE
mmbert plan recipe.yaml --no-calibration >plan.txt
mmbert-train --recipe recipe.yaml
mmbert fill-mask --model runs/archive/model --text "a <mask> b"
INSIDE
