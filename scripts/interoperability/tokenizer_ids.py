"""Whether AutoTokenizer and mmbert give the same ids and the same text back.

    python tokenizer_ids.py --mmbert PROGRAM --tokenizer FOLDER TEXT.jsonl[.zst] … [--lines 20]

Takes the first documents of each file, with their newlines, tabs and runs of spaces. Prints one
JSON line; exit code 1 if anything differs.
"""
import argparse
import io
import json
import subprocess
import sys

import zstandard
from transformers import AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("texts", nargs="+")
parser.add_argument("--mmbert", required=True)
parser.add_argument("--tokenizer", required=True)
parser.add_argument("--lines", type=int, default=20)
arguments = parser.parse_args()

tokenizer = AutoTokenizer.from_pretrained(arguments.tokenizer)


def documents(path):
    file = open(path, "rb")
    if path.endswith(".zst"):
        file = zstandard.ZstdDecompressor().stream_reader(file)
    reader = io.TextIOWrapper(file, encoding="utf-8")
    for _, line in zip(range(arguments.lines), reader):
        yield json.loads(line)["text"]


def run(command, text):
    process = subprocess.run(
        [arguments.mmbert, "tokenizer", command, "--tokenizer", arguments.tokenizer, "--json"],
        input=text.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in process.stdout.splitlines()]


# The command takes a text a line, so documents are compared line by line, and their newlines by
# AutoTokenizer alone below.
lines, files = [], 0
newlines = differing_text = 0
for path in arguments.texts:
    files += 1
    for text in documents(path):
        # The names of special tokens are special tokens there and plain text here.
        if any(token in text for token in tokenizer.all_special_tokens):
            continue
        ids = tokenizer(text, add_special_tokens=False).input_ids
        newlines += 1
        differing_text += tokenizer.decode(ids, clean_up_tokenization_spaces=False) != text
        lines += [line for line in (line.removesuffix("\r") for line in text.split("\n")) if line]

encoded = run("encode", "".join(f"{line}\n" for line in lines))
assert len(encoded) == len(lines), (len(encoded), len(lines))
ours = [line["ids"] for line in encoded]
theirs = tokenizer(lines, add_special_tokens=False).input_ids
decoded = run("decode", "".join(" ".join(map(str, ids)) + "\n" for ids in ours))
expected = [tokenizer.decode(ids, clean_up_tokenization_spaces=False) for ids in theirs]
result = {
    "files": files, "documents": newlines, "lines": len(lines), "ids": sum(map(len, ours)),
    "lines_with_other_ids": sum(a != b for a, b in zip(ours, theirs)),
    "lines_with_other_text": sum(a["text"] != b for a, b in zip(decoded, expected)),
    "documents_that_autotokenizer_does_not_give_back": differing_text,
}
print(json.dumps(result))
sys.exit(any(result[key] for key in result if key.startswith("lines_with")))
