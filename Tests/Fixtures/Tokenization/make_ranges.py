"""What the tokenizers library and SentencePiece say of texts as examples: where pieces stand,
pairs, cutting, windows, words.

    pip install tokenizers==0.22.2 sentencepiece==0.2.3 protobuf
    python make_ranges.py      # reads byte-level.json, unigram.json, converted.json,
                               # tokenizer.json, lines.txt; writes ranges.json, cutting.json,
                               # rules.model, rules.json

Offsets count code points. The text is made up.
"""
import json
import random
import tempfile
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, models, pre_tokenizers

here = Path(__file__).parent
random.seed(5)
lines = (here / "lines.txt").read_text(encoding="utf-8").splitlines()
texts = lines[3::14] + [
    "", " ", "  ", "a", " a ", "pata  ka", "the house's roof", "\tx\n\ny  ", "[MASK]", "a [MASK] b",
    "pa <mask>ta", " <mask>  <mask>pa", "a\u3000<mask> b",
    "กานิขา ตีนุ่มก้ำ", "كتبتا مدرسَةٌ سلمى", "שָׁלֻםִי דברת", "कमिला स्त्रीका क्षि",
    "বকোলি কৌমা", "தமொலி",
    "日本語中文 大川上山", "テストの㍍とｶﾞ", "각힣 \u1112\u1161\u11ab나",
    "ti\u0309e\u0302\u0301ng Vie\u0323\u0302t",
    "e\u0301 \u00e9 \u212b A\u030a a\u0323\u0307b a\u0307\u0323b", "ẛ̣ ﬁﬂ ½ Ａｂ①", "😀 pa😀😀",
    "👩\u200d🔬👨\u200d👩\u200d👧!",
    "🇫🇮🇧🇷 1\ufe0f\u20e3", "𝒜𩸽 𐍈𐌰", "a\u00a0b\u200bc\ufeffd\u2028e", "\u200fab\u200e", "▁a▁ b",
    "žž ž", "don't 12,345.6",
]
for _ in range(12):
    letters = "pat ka  日本語กิา\u0301é\u00df😀\U00010348\n\tكتّهक्षि▁"
    texts.append("".join(random.choices(letters, k=random.randint(5, 40))))

SPACE = '{"type":"Metaspace","replacement":"▁","prepend_scheme":"%s","split":%s}'
WITHOUT = '"normalizer":{"type":"NFC"}'
UNIGRAM = '"pre_tokenizer":' + SPACE % ("never", "false")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def around(**step):
    """Another post-processor with these ends."""
    content = json.loads((here / "byte-level.json").read_text(encoding="utf-8"))
    ids = {token["content"]: token["id"] for token in content["added_tokens"]}
    step |= {key: [name, ids[name]] for key, name in [("sep", "[SEP]"), ("cls", "[CLS]")]}
    parts = content["post_processor"], step
    return [f'"post_processor":{compact(part)}' for part in parts]


VARIANTS = [
    ("byte-level", "as it is", []),
    ("byte-level", "not normalised", [[WITHOUT, '"normalizer":null']]),
    ("byte-level", "NFKD", [[WITHOUT, '"normalizer":{"type":"NFKD"}']]),
    ("byte-level", "a space in front", [['"add_prefix_space":false', '"add_prefix_space":true']]),
    ("byte-level", "RoBERTa's pairs", [
        around(type="RobertaProcessing", trim_offsets=False, add_prefix_space=False)]),
    ("byte-level", "BERT's pairs", [around(type="BertProcessing")]),
    ("unigram", "as it is", []),
    ("unigram", "unknown characters", [['"byte_fallback":true', '"byte_fallback":false']]),
    ("unigram", "words with spaces in front", [
        [UNIGRAM, '"pre_tokenizer":' + SPACE % ("always", "true")]]),
    ("converted", "as it is", []),
    ("tokenizer", "as it is", []),
]
WORDS = [
    ["pa", "ta", "."], ["don", "'t", "x"], ["the", "house", "'s", "roof"], ["日本", "語", "!"],
    ["e\u0301", "ž", "😀"],
    [], ["", "pa", ""], ["pataka" * 9, "the", "the"], ["กานิ", "ขา"],
]


def windows(tokenizer, question, context, limit, stride):
    tokenizer.enable_truncation(limit, stride=stride, strategy="only_second")
    try:
        first = tokenizer.encode(question.lstrip(), context)
    except BaseException:  # no room for the context
        return None
    finally:
        tokenizer.no_truncation()
    found = []
    for window in [first, *first.overflowing]:
        rows = [row for row, part in enumerate(window.sequence_ids) if part == 1]
        found.append({"ids": window.ids, "rows": [rows[0], rows[-1] + 1] if rows else None,
                      "offsets": flat(window.offsets[row] for row in rows)})
    return found


def flat(offsets):
    return [number for pair in offsets for number in pair]


def entry(file, name, replacements):
    text = (here / f"{file}.json").read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    tokenizer = Tokenizer.from_str(text)
    result = {"file": file, "name": name, "replacements": replacements, "texts": [], "pairs": [],
              "windows": [], "words": []}
    for text in texts:
        found = tokenizer.encode(text, add_special_tokens=False)
        result["texts"].append({"ids": found.ids, "offsets": flat(found.offsets)})
    for number in range(0, len(texts) - 1, 6):
        found = tokenizer.encode(texts[number], texts[number + 1])
        result["pairs"].append({"texts": [number, number + 1], "ids": found.ids,
                                "types": found.type_ids})
    chooser = random.Random(3)
    for limit, stride in [(12, 0), (12, 3), (16, 4), (16, 7), (40, 20), (400, 128)]:
        question = chooser.choice([" pa ta?", "\n\u3000the?", "日?", ""])
        context = " ".join(chooser.sample(lines[:12], 2)) if name == "as it is" else lines[5]
        found = windows(tokenizer, question, context, limit, stride)
        if found:
            result["windows"].append({
                "question": question, "context": context, "limit": limit, "stride": stride,
                "windows": found})
    for words in WORDS:
        found = tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
        result["words"].append({"ids": found.ids, "words": found.word_ids})
    return result


def write(name, value):
    (here / name).write_text(compact(value) + "\n", encoding="utf-8")


write("ranges.json", {"texts": texts, "words": WORDS, "tokenizers": [entry(*v) for v in VARIANTS]})

# Lengths of two texts, the room, and the lengths that are left.
cutter = Tokenizer(models.WordLevel({"a": 0, "b": 1, "u": 2}, unk_token="u"))
cutter.pre_tokenizer = pre_tokenizers.Whitespace()
cases = []
for _ in range(3000):
    first, second, room = (random.randint(0, 40) for _ in range(3))
    cutter.enable_truncation(room, strategy="longest_first")
    ids = cutter.encode("a " * first, "b " * second).ids if room else []
    cases += [first, second, room, ids.count(0), ids.count(1)]
write("cutting.json", cases)

# A unigram that changes text by rules of its own.
rules = {"\uff21": "A", "\ufb01": "fi", "\u334d": "メートル", "\u3000": " ", "\t": " ",
         "e\u0301": "é", "\u00ad": ""}
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "rules.tsv"
    path.write_text("".join(
        " ".join(f"{ord(c):X}" for c in old) + "\t" + " ".join(f"{ord(c):X}" for c in new) + "\n"
        for old, new in rules.items()))
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 3 + ["メートル fi A é the house"] * 9),
        model_prefix=str(here / "rules"), model_type="unigram", vocab_size=560, byte_fallback=True,
        normalization_rule_tsv=str(path), character_coverage=1.0, hard_vocab_limit=False,
        pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", eos_piece="<eos>",
        bos_piece="<bos>", unk_piece="<unk>", user_defined_symbols=["<mask>"], minloglevel=2)
(here / "rules.vocab").unlink()
model = sentencepiece.SentencePieceProcessor(model_file=str(here / "rules.model"))
texts += ["\uff21 \ufb01 \u334d", "\u334d", "a\u334d\u334db", "x\u00ady e\u0301",
          "  the \t house\u3000 ", "日\u00ad"]
found = []
for text in texts:
    pieces = model.encode(text, return_type="proto").pieces
    found.append({"text": text, "ids": [p.id for p in pieces],
                  "offsets": flat((p.begin, p.end) for p in pieces)})
write("rules.json", found)
