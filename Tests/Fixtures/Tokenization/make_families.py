"""Tokenizers of XLM-R's and BERT's families, and what SentencePiece, the tokenizers library and
transformers make of texts with them.

    pip install tokenizers==0.22.2 transformers==4.57.6 sentencepiece==0.2.3 protobuf zstandard
    python make_families.py [SHARED]     # writes families.model, families.json and families-*.json

The model is a small unigram with the normalisation of XLM-R's, nmt_nfkc. Its text is made up of
words of the Universal Declaration of Human Rights. SHARED is the folder with eval/: of its texts
only digests of the ids are kept.
"""
import base64
import io
import json
import random
import sys
import tempfile
from pathlib import Path

import sentencepiece
import tokenizers
import zstandard
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertTokenizerFast, XLMRobertaTokenizer, XLMRobertaTokenizerFast
from sentencepiece import sentencepiece_model_pb2 as proto

here = Path(__file__).parent
random.seed(17)
LINES = """
All human beings are born free and equal in dignity and rights
Tous les êtres humains naissent libres et égaux en dignité et en droits
Alle Menschen sind frei und gleich an Würde und Rechten geboren
Tất cả mọi người sinh ra đều được tự do và bình đẳng
Wszyscy ludzie rodzą się wolni i równi pod względem swej godności
Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar
Все люди рождаются свободными и равными в своем достоинстве и правах
Всі люди народжуються вільними і рівними
Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι
Բոլոր մարդիկ ծնվում են ազատ ու հավասար
ყველა ადამიანი იბადება თავისუფალი და თანასწორი
כל בני אדם נולדו בני חורין ושווים בערכם ובזכויותיהם
يولد جميع الناس أحرارا متساوين في الكرامة والحقوق
تمام انسان آزاد پیدا ہوئے ہیں اور برابر
ހުރިހާ އިންސާނުން ވެސް އުފަންވަނީ މިނިވަންކަން
सभी मनुष्य गौरव और अधिकारों के मामले में स्वतंत्र और समान हैं
সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে
ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ ਅਤੇ ਹੱਕ ਬਰਾਬਰ
પ્રતિષ્ઠા અને અધિકારો ની દૃષ્ટિએ સર્વ માનવો સમાન
ସମସ୍ତ ମନୁଷ୍ୟ ଜନ୍ମକାଳରୁ ସ୍ୱାଧୀନ ଏବଂ ସମାନ
மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்
ప్రతిపత్తి స్వత్వముల విషయమున మానవులెల్లరును స్వతంత్రులు
ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಜನಿಸಿದ್ದಾರೆ
മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും സ്വാതന്ത്ര്യത്തോടും
සියලු මනුෂ්‍යයෝ නිදහස්ව උපත ලබා ඇත
มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ
ມະນຸດທຸກຄົນເກີດມາມີກຽດສັກສີ ສິດທິ ເສລີພາບ
འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་རང་དབང་འདྲ་མཉམ
လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် မွေးဖွားလာသူများ
មនុស្សទាំងអស់កើតមកមានសេរីភាពនិងភាពស្មើគ្នា
የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው
ᏂᎦᏓ ᎠᏂᏴᏫ ᏂᎨᎫᏓᎸᎾ ᎠᎴ ᎤᏂᏠᏱ
모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다
すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である
ニンゲン ハ ジユウ デ アリ ケンリ モ ビョウドウ
人人生而自由,在尊严和权利上一律平等
人人生而自由，在尊嚴和權利上一律平等
ᠬᠦᠮᠦᠨ ᠪᠦᠷ ᠲᠥᠷᠥᠵᠦ ᠮᠡᠨᠳᠡᠯᠡᠬᠦ
ߡߐ߱ ߓߍ߯ ߛߏߟߏߣߌ ߟߋ߫ ߞߊ߬ߣߍ߲߬
ⵉⵎⴷⴰⵏⵏ ⴰⴽⴽⵯ ⵜⵜⵍⴰⵍⵏ ⴷ ⵉⵍⴻⵍⵍⵉⵢⵏ
ᱡᱚᱛᱚ ᱦᱚᱲ ᱠᱚ ᱡᱟᱱᱟᱢ ᱠᱟᱛᱮ
ꦱꦧꦼꦤꦸꦮꦺꦴꦁꦱꦏꦭꦲꦶꦫꦏꦺ
""".strip().splitlines()
EDGES = [
    "", " ", "  ", "\n", "a", " a ", "  a  b   c  ", "a\u00a0b\u3000c\u2003d", "tab\tand\nline\r\nend\r\n\r\n",
    "\r\n", "\ra\r", "e\u0301 \u00e9 E\u0301\u0302 x\u0301\u0302 \uff41\u0301 \ufb01\u0301 \u1e9b\u0323",
    "a\u0323\u0307b a\u0307\u0323b \u212b A\u030a \u0344 q\u0307\u0323", "ﬁﬂ ½ Ａｂ① ㍍ ㌖ ㈱ ﷺ ™ ² ⁵ ℌ ﾊﾝｶｸ ｶﾞ ｷﾞ",
    "ㄱㅏ ᄒ\u1161\u11ab 각힣 \u1112\u1161\u11ab나", "กำ น้ำ ก้ำ เกี๊ยว ขี้ผึ้ง", "ກຳ ນ້ຳ ເຂົ້າ ຫຼວງ", "क़ \u0915\u093c \u0958 स्त्री क्षि हिन्दी",
    "ক\u09bc \u09dc ো \u09c7\u09be", "ਖ਼ \u0a59 ਸ਼", "ொ \u0bc6\u0bbe", "ཀྵ \u0f69 \u0f40\u0fb5 ཱི", "ကျွန်ုပ်",
    "שָׁלֻםִי \ufb2a \ufb49", "مدرسَةٌ ﻻ لا ﺲ \u0622 \u0627\u0653 \u0600123 \u06dd45", "İIıi ǅ ß ẞ ŉ Σίσυφος",
    "😀 😀😀 👩\u200d🔬 👨\u200d👩\u200d👧! 🇫🇮🇧🇷🇫 1\ufe0f\u20e3 👍🏽 ❤\ufe0f ☺", "𝒜𝓑 𩸽 𐍈𐌰 🅰 \U0001f100",
    "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg", "\ufefftext", "\u200fab\u200e \u202aab\u202c", "a\u2028b\u2029c\x85d\x0be\x0cf",
    "\x00a\x00 b", "\x01\x07x\x7f\x80y\x9f", "\ufffd x \ufffe\uffff", "\ue000 \U000f0000", "▁a▁ b ▁▁c", "\uff1c\uff53\uff1e \uff1cmask\uff1e",
    "<mask>", "a <mask> b", "a  \u3000<mask>\u3000b", "<s> x </s>", "<pad><unk>x", "x<mask><mask>y  <mask>", "<mask", " <s>a <s> b",
    "don't can't 12,345.6 3.14%", "http://x.org/a_b?c=d&e=f#g", "C++ \\n \\u00e9 `code` $x^2$", "word" * 40,
    "㊗\ufe0f ㋿ ㏠ \u33ff", "ا\u064b\u0651 \u0651\u064b", "a\u0300\u0301\u0302\u0303", "ー ｰ ～ 〜 ∥ ‖", "\u0149 \u1fbf \u2026 \u2025 ‥ … ，。、",
    "\u1100\u1161\u11a8\u11a8 \ua97c\uac00", "ൻ \u0d7b ന\u0d4d\u200d", "\U0001f1eb x \u0301y", "a\u0488b c\u20ddd", "\u0f71\u0f72 \u0f73",
]
POOL = list("abé ßﬁ①Ａ1½ \n\r\tकिक़्กำ้ລ한각ᄒ中語ｶﾞ😀") + [
    "\u0301", "\u0302", "\u0323", "\u200d", "\u200b", "\ufe0f", "\u0600", "\u093c", "\u1161", "\u11ab", "<mask>", "  ", "\u3000",
    "👩", "🇫", "🏽", "\uff41", "\u1e9b", "\u0344", "\u064b", "ﷺ", "▁", "\u0e4d", "\u0f71", "\x00", "\x07"]
RANDOM = ["".join(random.choices(POOL, k=random.randint(2, 24))) for _ in range(120)]
TEXTS = LINES + EDGES + RANDOM


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def flat(offsets):
    return [number for pair in offsets for number in pair]


def digest(ids, start=0xCBF29CE484222325):
    """FNV-1a over the ids, 32 bits at a time."""
    for number in ids:
        start = ((start ^ number) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return start


# The model: the words of the lines in all orders, and its map of characters.
words = [line.split() for line in LINES]
text = [" ".join(random.sample(line, len(line))) for line in words for _ in range(12)]
buffer = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(text), model_writer=buffer, model_type="unigram", vocab_size=1400,
    normalization_rule_name="nmt_nfkc", character_coverage=0.999, hard_vocab_limit=False,
    num_threads=1, minloglevel=2)
model = proto.ModelProto()
model.ParseFromString(buffer.getvalue())
for piece in model.pieces:
    if piece.type == 1:
        piece.score = round(piece.score, 5)
model.trainer_spec.Clear()
model.trainer_spec.model_type = 1
model.trainer_spec.vocab_size = len(model.pieces)
(here / "families.model").write_bytes(model.SerializeToString())
charsmap = model.normalizer_spec.precompiled_charsmap
PLACE = "THE MAP OF FAMILIES.MODEL"


def encode_map(content):
    """The file's text with the map where its place is kept."""
    return content.replace(f'"{PLACE}"', f'"{base64.b64encode(charsmap).decode()}"')


# As transformers converts the model.
folder = tempfile.TemporaryDirectory()
(Path(folder.name) / "sentencepiece.bpe.model").write_bytes(model.SerializeToString())
slow = XLMRobertaTokenizer.from_pretrained(folder.name)
converted = json.loads(XLMRobertaTokenizerFast.from_pretrained(folder.name).backend_tokenizer.to_str())
converted["truncation"] = converted["padding"] = None
assert converted["normalizer"]["normalizers"][0].pop("precompiled_charsmap") == base64.b64encode(charsmap).decode()
PRECOMPILED = {"type": "Precompiled", "precompiled_charsmap": PLACE}
converted["normalizer"]["normalizers"][0] = PRECOMPILED
METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
WORDS = {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, METASPACE]}
with_bytes = json.loads(compact(converted["model"]))
with_bytes["vocab"] = with_bytes["vocab"][:-1] + [[f"<0x{b:02X}>", 0.0] for b in range(256)] + [["<mask>", 0.0]]
with_bytes["byte_fallback"] = True
moved = [dict(token, id=token["id"] + (256 if token["content"] == "<mask>" else 0)) for token in converted["added_tokens"]]
ADDED = {"id": len(with_bytes["vocab"]), "content": "Ａlle\u0301", "single_word": False, "lstrip": False,
         "rstrip": True, "normalized": True, "special": False}


def sequence(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def replace(pattern, content, kind="String"):
    return {"type": "Replace", "pattern": {kind: pattern}, "content": content}


BYTES = {"model": with_bytes, "added_tokens": moved}
VARIANTS = {
    "released": {"normalizer": PRECOMPILED, "pre_tokenizer": WORDS},
    "converted": {},
    "one space": {"normalizer": sequence(PRECOMPILED, replace(" {2,}", " ", "Regex")), "pre_tokenizer": WORDS},
    "bytes": {"normalizer": PRECOMPILED, "pre_tokenizer": METASPACE, **BYTES},
    "bytes, no prefix": {
        "normalizer": PRECOMPILED, "pre_tokenizer": dict(METASPACE, prepend_scheme="never", split=False), **BYTES},
    "accents": {
        "normalizer": sequence(
            replace("``", '"'), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, PRECOMPILED,
            replace(" {2,}", " ", "Regex")), "pre_tokenizer": METASPACE, **BYTES},
    "strips": {
        "normalizer": sequence({"type": "Strip", "strip_left": True, "strip_right": True}, {"type": "NFC"}),
        "pre_tokenizer": dict(METASPACE, prepend_scheme="first"), **BYTES},
    "added": {
        "normalizer": PRECOMPILED, "pre_tokenizer": WORDS, "model": with_bytes, "added_tokens": moved + [ADDED]},
}
(here / "families.json").write_text(compact(converted) + "\n", encoding="utf-8")


def tokenizer(changes):
    return Tokenizer.from_str(encode_map(compact(converted | changes)))


def entry(name, found, texts):
    result = {"name": name, "changes": {}, "ids": [], "offsets": [], "pairs": []}
    for line in texts:
        encoded = found.encode(line, add_special_tokens=False)
        result["ids"].append(encoded.ids)
        result["offsets"].append(flat(encoded.offsets))
    for number in range(0, 40, 7):
        encoded = found.encode(texts[number], texts[number + 1])
        result["pairs"].append({"texts": [number, number + 1], "ids": encoded.ids, "types": encoded.type_ids})
    return result


def write(name, value):
    (here / name).write_text(compact(value) + "\n", encoding="utf-8")


unigrams = []
for name, changes in VARIANTS.items():
    texts = TEXTS + ["Alle\u0301 x \uff21lle\u0301  y Alle x\u00c1lle\u0301"] if name == "added" else TEXTS
    unigrams.append(entry(name, tokenizer(changes), texts) | {"changes": {k: compact(v) for k, v in changes.items()}})
write("families-unigram.json", {"texts": TEXTS, "variants": unigrams})

# The model alone.
processor = sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
found = {"texts": TEXTS, "ids": [], "pieces": [], "offsets": [], "pairs": []}
for line in TEXTS:
    found["ids"].append(slow.encode(line, add_special_tokens=False))
    pieces = processor.encode(line, return_type="proto").pieces
    found["pieces"].append([piece.id for piece in pieces])
    found["offsets"].append(flat((piece.begin, piece.end) for piece in pieces))
for number in range(0, 40, 7):
    encoded = slow(TEXTS[number], TEXTS[number + 1], return_token_type_ids=True)
    found["pairs"].append({"texts": [number, number + 1], "ids": encoded["input_ids"], "types": encoded["token_type_ids"]})
write("families-model.json", found)

# BERT's pieces of words: by the letters and beginnings of the lines.
pieces = ["[PAD]"] + [f"[unused{n}]" for n in range(3)] + ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
plain = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
small = normalizers.BertNormalizer(lowercase=True)
split = pre_tokenizers.BertPreTokenizer()
seen = {}
for line in LINES + EDGES[-30:]:
    for normalizer in [plain, small]:
        for word, _ in split.pre_tokenize_str(normalizer.normalize_str(line)):
            for letter in word:
                seen[letter] = seen["##" + letter] = True
            for length in (2, 3, 5):
                seen[word[:length]] = seen["##" + word[1:length + 1]] = seen["##" + word[-length:]] = True
pieces += sorted(piece for number, piece in enumerate(seen) if piece not in ("##", "") and number % 7)
(here / "families-vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
words = []
BERT = {
    "as it is": {}, "cased": {"do_lower_case": False},
    "accents kept": {"strip_accents": False}, "accents stripped, cased": {"do_lower_case": False, "strip_accents": True},
    "Chinese as it is": {"tokenize_chinese_chars": False},
}
bert_texts = [line.replace("<mask>", "[MASK]") for line in TEXTS] + [
    "[MASK]", "a [MASK]b", "[CLS] x [SEP]", "[UNK]", "unaffable [mask] [Mask]", "x" * 101, "e\u0301" * 60, "中文字a中b",
    "..!?--'s n't 're", "a\u200db", "¿Qué? «oui» “so” ‘it’ — ok… ؟ 。", "$5 <=> |x| ~ ^ `a`", "naïve Café ÀÉÎ Ö ß",
]
for name, settings in BERT.items():
    file = Path(folder.name) / "vocab.txt"
    file.write_text("\n".join(pieces) + "\n", encoding="utf-8")
    made = BertTokenizerFast(vocab_file=str(file), **settings)
    result = entry(name, made.backend_tokenizer, bert_texts) | {"settings": compact(settings | {"tokenizer_class": "BertTokenizer"})}
    if name == "as it is":
        result["decoded"] = [made.backend_tokenizer.decode(ids, skip_special_tokens=False) for ids in result["ids"]]
        content = json.loads(made.backend_tokenizer.to_str())
        content["truncation"] = content["padding"] = None
        (here / "families-words.json").write_text(compact(content) + "\n", encoding="utf-8")
    words.append(result)
write("families-words-ids.json", {"texts": bert_texts, "variants": words})

# Real text.
if len(sys.argv) > 1:
    checks = []
    for file in sorted((Path(sys.argv[1]) / "eval/topic_sib200").glob("*.dev.jsonl.zst")):
        checks.append(file)
    scripts = {}
    for file in checks:
        script = file.name.split(".")[0].split("_")[1]
        scripts.setdefault(script, []).append(file)
    chosen = [file for files in scripts.values() for file in files[:4]]
    made = {name: tokenizer(VARIANTS[name]) for name in ("released", "converted", "bytes")}
    made["words"] = BertTokenizerFast(vocab_file=str(Path(folder.name) / "vocab.txt")).backend_tokenizer
    entries = []
    for file in chosen:
        rows = zstandard.ZstdDecompressor().stream_reader(file.open("rb")).read().decode().splitlines()
        texts = [json.loads(row)["text"] for row in rows]
        digests = {}
        for name, one in made.items():
            state = digest([])
            for encoded in one.encode_batch(texts, add_special_tokens=False):
                state = digest(encoded.ids, state)
            digests[name] = str(state)
        state = digest([])
        for line in texts:
            state = digest(slow.encode(line, add_special_tokens=False), state)
        digests["model"] = str(state)
        entries.append({"file": file.name, "texts": len(texts), "digests": digests})
    write("families-real.json", entries)
    print(len(scripts), "scripts,", len(entries), "files")
print(tokenizers.__version__, len(model.pieces), "pieces,", len(pieces), "pieces of words")
