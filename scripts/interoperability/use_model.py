"""Compares `mmbert embed` and `mmbert fill-mask` with sentence-transformers and transformers.

    python use_model.py --mmbert PROGRAM --model FOLDER --texts FILE

SentenceTransformer(FOLDER).encode makes the vectors of the lines of FILE; AutoModelForMaskedLM and
AutoTokenizer fill a mask in each, put in the place of a word. Prints a JSON line with the largest
differences; exit code 1 where one is above 1e-4 or a word differs.
"""

import argparse
import json
import subprocess
import sys

import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForMaskedLM, AutoTokenizer


def run(program, command, folder, lines, *options):
    output = subprocess.run(
        [program, command, "--model", folder, "--precision", "fp32", "--format", "text", *options],
        input="\n".join(lines) + "\n", text=True, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def masked(line, mask):
    """The line with its middle word hidden, whitespace kept."""
    words = line.split(" ")
    words[len(words) // 2] = mask
    return " ".join(words)


def fill(folder, lines):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32).eval()
    for line in lines:
        ids = tokenizer(line, return_tensors="pt", truncation=True)
        mask = (ids["input_ids"][0] == tokenizer.mask_token_id).nonzero()[:, 0]
        with torch.no_grad():
            best = torch.softmax(model(**ids).logits[0, mask].double(), dim=-1).topk(5)
        yield [
            # Rows without a token have none to name.
            [[tokenizer.convert_ids_to_tokens(int(i)) or str(int(i)), float(p)] for i, p in zip(*row)]
            for row in zip(best.indices, best.values)
        ]


def main():
    parser = argparse.ArgumentParser()
    for name in ("--mmbert", "--model", "--texts"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    with open(options.texts, encoding="utf-8") as file:
        lines = file.read().splitlines()

    ours = torch.tensor(
        [line["embedding"] for line in run(options.mmbert, "embed", options.model, lines)])
    usual = SentenceTransformer(options.model, device="cpu").encode(lines, convert_to_tensor=True)
    vectors = (ours - usual).abs().max().item()

    mask = AutoTokenizer.from_pretrained(options.model).mask_token
    short = [masked(line, mask) for line in lines if len(line) < 400]
    answers = run(options.mmbert, "fill-mask", options.model, short, "--json")
    probabilities, words, masks = 0.0, 0, 0
    for answer, expected in zip(answers, fill(options.model, short), strict=True):
        for mask, best in zip(answer["masks"], expected, strict=True):
            masks += 1
            for found, (token, probability) in zip(mask["candidates"], best, strict=True):
                words += found["token"] != token
                probabilities = max(probabilities, abs(found["probability"] - probability))
    print(json.dumps(
        {"texts": len(lines), "vectors_differ_by": vectors, "largest_number": usual.abs().max().item(),
         "masks": masks, "words_that_differ": words, "probabilities_differ_by": probabilities}))
    sys.exit(vectors > 1e-4 or probabilities > 1e-4 or words > 0)


if __name__ == "__main__":
    main()
