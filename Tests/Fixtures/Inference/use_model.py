"""Uses a model folder that mmbert wrote with transformers and sentence-transformers.

    python use_model.py FOLDER MASKED TEXTS OUTPUT

MASKED and TEXTS are files of lines. OUTPUT becomes a JSON object: `masks`, for each line of MASKED
and each `<mask>` in it the five likeliest tokens as [piece, probability], by AutoModelForMaskedLM and
AutoTokenizer; `vectors`, of the lines of TEXTS, by SentenceTransformer(FOLDER).encode.
"""

import json
import sys

import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForMaskedLM, AutoTokenizer


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def fill(folder, texts):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32).eval()
    answers = []
    for text in texts:
        ids = tokenizer(text, return_tensors="pt")
        with torch.no_grad():
            logits = model(**ids).logits[0]
        masks = (ids["input_ids"][0] == tokenizer.mask_token_id).nonzero()[:, 0]
        best = torch.softmax(logits[masks].double(), dim=-1).topk(5)
        answers.append(
            [
                [[tokenizer.convert_ids_to_tokens(int(i)), float(p)] for i, p in zip(*row)]
                for row in zip(best.indices, best.values)
            ])
    return answers


def main(folder, masked, texts, output):
    encoder = SentenceTransformer(folder, device="cpu")
    answers = {
        "masks": fill(folder, lines(masked)),
        "vectors": encoder.encode(lines(texts)).tolist(),
    }
    with open(output, "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
