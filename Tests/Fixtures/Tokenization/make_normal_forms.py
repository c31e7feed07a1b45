"""Writes normal-forms.json: digests of what the normalizers of the tokenizers library make of
characters, alone and among marks, and of what its patterns take them for; mmbert's must equal them.

    pip install tokenizers==0.22.2
    python make_normal_forms.py
"""

import json
import pathlib

from tokenizers import normalizers, pre_tokenizers

# In each plane with anything in it: characters of all kinds but ideographs.
RANGES = [(0x0, 0x3400), (0xA000, 0xAC00), (0xF900, 0x12000), (0x16000, 0x19000),
          (0x1BC00, 0x20000), (0x2F800, 0x2FA20), (0xE0000, 0xE0200)]
MARKS = [0x300, 0x301, 0x308, 0x323, 0x338, 0x93C, 0x9BE, 0x1161, 0x11A8, 0x3099, 0x110BA, 0x11127,
         0x1133E, 0x11357, 0x114BA, 0x114B0, 0x114BD, 0x115AF, 0x1D165]


def digest(texts):
    """FNV-1a, 64 bits, over the texts' UTF-8, each with a newline behind it."""
    value = 0xCBF29CE484222325
    for text in texts:
        for byte in text.encode() + b"\n":
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def scalars():
    return (chr(c) for first, end in RANGES for c in range(first, end) if not 0xD800 <= c < 0xE000)


def character_class(c):
    """0 for a letter, 1 for a number, 2 for white space, 3 for anything else: what it is not parted
    from."""
    words = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str
    for number, neighbour in [(0, "a"), (1, "1"), (3, "!")]:
        if len(words(neighbour + c)) == 1:
            return number
    return 2


forms = {name: getattr(normalizers, name)() for name in ["NFC", "NFD", "NFKC", "NFKD"]}
decompose = forms["NFD"].normalize_str
digests = {}
for name, form in forms.items():
    normalize = form.normalize_str
    digests[name] = {
        "alone": digest(normalize(c) for c in scalars()),
        "decomposed": digest(normalize(decompose(c)) for c in scalars()),
        "among marks": digest(normalize(f"a{c}\u0315\u0323{c}\u0301") for c in scalars()),
    }
digests["NFC"]["before marks"] = digest(
    forms["NFC"].normalize_str(c + chr(mark)) for mark in MARKS for c in scalars())
classes = digest(str(character_class(c)) for c in scalars())
path = pathlib.Path(__file__).with_name("normal-forms.json")
path.write_text(json.dumps(
    {"ranges": RANGES, "marks": MARKS, "digests": digests, "classes": classes}, indent=1) + "\n")
