"""Trains a tokenizer with SentencePiece on all text of files CODE.jsonl.zst, with the settings of
`mmbert tokenizer train`, and compares it with one that mmbert trained.

    python train_tokenizer.py --vocabulary 32768 [--threads N] [--model tokenizer.model] FILES

Lines are cut as mmbert cuts them. Prints the time of training alone, how many pieces or scores
differ and whether the bytes do. Needs the packages of requirements.txt.
"""
import argparse
import io
import json
import resource
import time

import sentencepiece
import zstandard

LONGEST = 4192


def cut(line):
    while len(line) > LONGEST:
        end = line.rfind(b" ", 1, LONGEST)
        if end < 0:
            end = next(i for i in range(LONGEST - 1, -1, -1) if line[i] & 0xC0 != 0x80)
        yield line[:end]
        line = line[end:]
    yield line


def lines(path):
    with open(path, "rb") as file:
        with zstandard.ZstdDecompressor().stream_reader(file) as stream:
            for record in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
                for line in json.loads(record)["text"].encode().split(b"\n"):
                    if line:
                        yield from cut(line)


def settings(vocabulary, threads):
    symbols = ["<mask>"] + ["\n" * n for n in range(1, 9)] + ["\t" * n for n in range(1, 5)]
    symbols += ["\u2581" * n for n in range(2, 17)]
    return {
        "model_type": "bpe", "vocab_size": vocabulary, "character_coverage": 0.9995,
        "byte_fallback": True, "split_digits": True, "split_by_unicode_script": True,
        "split_by_number": True, "split_by_whitespace": True,
        "allow_whitespace_only_pieces": True, "max_sentencepiece_length": 16,
        "normalization_rule_name": "identity", "remove_extra_whitespaces": False,
        "add_dummy_prefix": False, "pad_id": 0, "pad_piece": "<pad>", "eos_id": 1,
        "eos_piece": "<eos>", "bos_id": 2, "bos_piece": "<bos>", "unk_id": 3, "unk_piece": "<unk>",
        "user_defined_symbols": symbols, "max_sentence_length": LONGEST, "num_threads": threads,
        "minloglevel": 2,
    }


def pieces(model):
    loaded = sentencepiece.SentencePieceProcessor(model_proto=model)
    return [(loaded.id_to_piece(id), loaded.get_score(id)) for id in range(len(loaded))]


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


parser = argparse.ArgumentParser()
parser.add_argument("--vocabulary", type=int, required=True)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--model")
parser.add_argument("files", nargs="+")
arguments = parser.parse_args()
sample = [line for path in sorted(arguments.files) for line in lines(path)]
start, clock = processor_seconds(), time.monotonic()
trained = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(sample), model_writer=trained,
    **settings(arguments.vocabulary, arguments.threads))
report = {
    "version": sentencepiece.__version__, "threads": arguments.threads,
    "text_bytes": sum(map(len, sample)), "processor_seconds": processor_seconds() - start,
    "seconds": time.monotonic() - clock,
}
if arguments.model:
    ours = open(arguments.model, "rb").read()
    pairs = list(zip(pieces(ours), pieces(trained.getvalue()), strict=True))
    report["differing_pieces"] = sum(a != b for a, b in pairs)
    report["same_bytes"] = ours == trained.getvalue()
print(json.dumps(report))
