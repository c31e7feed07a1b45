"""Makes a model folder with random weights, for comparisons of speed.

    python3 -m venv .venv && .venv/bin/python -m pip install -r scripts/peers/requirements.txt
    mmbert tokenizer train --input TEXTS --vocabulary 16384 --output TOKENIZER
    .venv/bin/python scripts/peers/make_model.py --tokenizer TOKENIZER --output MODEL

The folder holds a ModernBERT of transformers and the tokenizer's files; `mmbert embed`,
sentence-transformers and transformers load it.
"""

import argparse
import os
import shutil

from encoder import SIZES, configuration
from packages import require


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--tokenizer", required=True, help="a folder of `mmbert tokenizer train`")
    add("--output", required=True, help="the folder to make")
    add("--size", choices=SIZES, default="small", help="the model (default: small)")
    add("--vocabulary", type=int, help="words, at least the tokenizer's (default: as many)")
    add("--context", type=int, default=8192, help="most tokens of a text (default: 8192)")
    options = parser.parse_args()
    require("torch", "transformers")
    import torch
    from transformers import AutoTokenizer, ModernBertForMaskedLM

    tokenizer = AutoTokenizer.from_pretrained(options.tokenizer)
    vocabulary = options.vocabulary or len(tokenizer)
    if vocabulary < len(tokenizer):
        parser.error(
            f"--vocabulary: {vocabulary} is less than the tokenizer's {len(tokenizer)} words")
    special = {
        name: tokenizer.convert_tokens_to_ids(f"<{name}>") for name in ("pad", "eos", "bos")}
    torch.manual_seed(0)
    model = ModernBertForMaskedLM(configuration(
        options.size, vocabulary, positions=options.context, special=special))
    shutil.copytree(options.tokenizer, options.output, dirs_exist_ok=True)
    model.save_pretrained(options.output)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(f"{os.path.normpath(options.output)}: {parameters:,} parameters, {vocabulary:,} words")


if __name__ == "__main__":
    main()
