"""Writes Parquet files by pyarrow into the folder beside this file, and what their columns hold.

    pip install pyarrow
    python make_parquet.py

files/NAME.parquet   every page version × encoding × codec, and in turns: optional and required
                     columns, with nulls or without; strings, large strings, binary, dictionaries;
                     nested neighbours; one row group and several; checksums; and odd files
expected.json        the documents, and for each file its rows as places in them, null for null, or
                     part of the message where the file must be refused

scripts/interoperability/parquet.py writes and compares all combinations, with more text."""
import itertools
import json
import pathlib
import random
import shutil

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
VERSIONS = ["1.0", "2.0"]
ENCODINGS = ["PLAIN", "DICTIONARY", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]
CODECS = ["none", "snappy", "gzip", "zstd", "lz4"]
TYPES = {
    "string": pa.string(),
    "large_string": pa.large_string(),
    "binary": pa.binary(),
    "dictionary": pa.dictionary(pa.int32(), pa.string()),
}
NULLS = ["required", "optional", "nulls"]
NEIGHBOURS = ["alone", "nested"]
GROUPS = ["one", "several"]


def documents(count, seed=1, longest=60):
    """Made-up text with repeated beginnings, repeated documents, empty ones and other scripts."""
    chance = random.Random(seed)
    syllables = ["ka", "lo", "mi", "ßu", "ré", "да", "ре", "水", "木", "🙂", "न"]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(200)]
    made = [""]
    while len(made) < count:
        kind = chance.random()
        if kind < 0.1:
            made.append(chance.choice(made))
        elif kind < 0.3:
            before = chance.choice(made)
            made.append(before[: chance.randint(0, len(before))] + " " + chance.choice(words))
        else:
            made.append(" ".join(chance.choices(words, k=chance.randint(1, longest))))
    return made


def column(rows, kind, nulls):
    """An array of the type with the rows, and whether its field is nullable."""
    typed = TYPES[kind]
    if kind == "binary":
        rows = [None if row is None else row.encode() for row in rows]
    values = typed.value_type if kind == "dictionary" else typed
    array = pa.array(rows, type=values)
    return (array.dictionary_encode() if kind == "dictionary" else array), nulls != "required"


def neighbours(count):
    """Columns of other kinds: numbers, lists, structures, maps, lists of structures."""
    rows = range(count)
    pair = pa.struct([("text", pa.string()), ("n", pa.int64())])
    return [
        ("id", pa.array([f"<{n}>" for n in rows])),
        ("tags", pa.array([["a"] * (n % 3) if n % 5 else None for n in rows],
                          pa.list_(pa.string()))),
        ("meta", pa.array([{"text": f"m{n}", "n": n} if n % 4 else None for n in rows], pair)),
        ("pairs", pa.array([[{"text": "x", "n": n}] * (n % 3) for n in rows], pa.list_(pair))),
        ("scores", pa.array([[("k", n / 2)] for n in rows], pa.map_(pa.string(), pa.float64()))),
    ], [("late", pa.array(rows, pa.int32())), ("flag", pa.array([n % 2 == 0 for n in rows]))]


def write(path, rows, version, encoding, codec, kind, nulls, neighbour, groups, checksum=True,
          **options):
    """Writes one file; `rows` are texts, None for null."""
    array, nullable = column(rows, kind, nulls)
    before, after = neighbours(len(rows)) if neighbour == "nested" else ([], [])
    fields = [(name, values, True) for name, values in before] + [("text", array, nullable)]
    fields += [(name, values, True) for name, values in after]
    schema = pa.schema([pa.field(name, values.type, nullable) for name, values, nullable in fields])
    table = pa.table([values for _, values, _ in fields], schema=schema)
    by_dictionary = encoding == "DICTIONARY"
    pq.write_table(
        table, path, data_page_version=version, compression=codec,
        use_dictionary=["text"] if by_dictionary else False,
        column_encoding=None if by_dictionary else {"text": encoding},
        row_group_size=max(1, len(rows) if groups == "one" else len(rows) // 3),
        write_page_checksum=checksum, store_schema=False,
        write_statistics=["text"],
        **{"data_page_size": 300, "write_batch_size": 7, **options})


def with_nulls(rows):
    return [None if place % 5 in (1, 2) or place < 3 else row for place, row in enumerate(rows)]


def as_lz4_of_hadoop(folder, made):
    """A file whose codec is the older LZ4. pyarrow reads it and writes it no more, so another is
    changed: a text is sought whose page, framed as Hadoop does, has the size that it has plain."""
    from pyarrow import Codec

    path = folder / "lz4-hadoop.parquet"
    for count in range(1, 4000):
        letters = random.Random(count).choices("abcdefgh", k=20 + count // 40)
        text = "".join(letters) + "la" * (count % 40)
        body = len(text).to_bytes(4, "little") + text.encode()
        block = Codec("lz4_raw").compress(body, asbytes=True)
        if len(block) + 8 == len(body):
            break
    write(path, [text], "1.0", "PLAIN", "none", "string", "required", "alone", "one", False)
    data = path.read_bytes()
    assert data.count(body) == 1
    framed = len(body).to_bytes(4, "big") + len(block).to_bytes(4, "big") + block
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    path.write_bytes(with_codec(data.replace(body, framed), footer, 0, 5))
    assert pq.read_table(path)["text"].to_pylist() == [text]
    made.append(text)
    return {"lz4-hadoop": [len(made) - 1]}


def with_codec(data, footer, old, new):
    """The file with another codec: the number behind the column's path in the footer."""
    mark = b"\x04text\x15" + bytes([2 * old])
    place = data.index(mark, footer)
    return data[: place + 6] + bytes([2 * new]) + data[place + 7 :]


def odd_files(folder, made):
    """What is rare: returns each file's rows, or part of the message by which it is refused."""
    plain = ("1.0", "PLAIN", "none", "string", "optional", "alone", "one")
    rows, places = made[:20], list(range(20))
    expected = as_lz4_of_hadoop(folder, made)
    write(folder / "lz4-block.parquet", rows, "1.0", "PLAIN", "lz4", *plain[3:], False)
    data = (folder / "lz4-block.parquet").read_bytes()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    (folder / "lz4-block.parquet").write_bytes(with_codec(data, footer, 7, 5))
    expected["lz4-block"] = places
    write(folder / "brotli.parquet", rows, "1.0", "PLAIN", "brotli", *plain[3:])
    expected["brotli"] = "compressed with Brotli"
    write(folder / "no-rows.parquet", [], *plain)
    expected["no-rows"] = []
    pq.ParquetWriter(folder / "no-groups.parquet", pa.schema([("text", pa.string())])).close()
    expected["no-groups"] = []
    write(folder / "all-null.parquet", [None] * 50, "2.0", "PLAIN", "snappy", *plain[3:])
    expected["all-null"] = [None] * 50
    write(folder / "one-word.parquet", rows[1:2] * 60, "1.0", "DICTIONARY", "zstd", *plain[3:])
    expected["one-word"] = [1] * 60
    write(folder / "empty-strings.parquet", [""] * 40, "2.0", "DELTA_BYTE_ARRAY", "gzip",
          *plain[3:])
    expected["empty-strings"] = [0] * 40
    # A dictionary that grows too large: later pages are plain.
    write(folder / "fallback.parquet", made[:60], "1.0", "DICTIONARY", "snappy", *plain[3:],
          dictionary_pagesize_limit=700)
    expected["fallback"] = list(range(60))
    # Statistics make the header of the page longer than is looked at first.
    made += ["a" * 4096, "b" * 4096]
    write(folder / "long-header.parquet", made[-2:], "1.0", "PLAIN", "zstd", *plain[3:])
    expected["long-header"] = [len(made) - 2, len(made) - 1]
    lists = pa.table({"text": [["a"], []], "title": ["b", "c"]})
    pq.write_table(lists, folder / "lists.parquet")
    expected["lists"] = "a column of another type; those of strings are title"
    pq.write_table(pa.table({"text": [1, 2]}), folder / "numbers.parquet")
    expected["numbers"] = "no column of strings"
    pq.write_table(lists.rename_columns(["tags", "body"]), folder / "other-name.parquet")
    expected["other-name"] = "columns of strings body"
    return expected


def main():
    folder = HERE / "files"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    made = documents(160)
    expected = {}
    others = itertools.cycle(
        itertools.product(GROUPS, NEIGHBOURS, NULLS, TYPES))
    for number, (version, encoding, codec) in enumerate(
        itertools.product(VERSIONS, ENCODINGS, CODECS)
    ):
        # Seven is prime to the 48 combinations of the others.
        for _ in range(7):
            groups, neighbour, nulls, kind = next(others)
        places = list(range(number % 10, number % 10 + 24))
        if nulls == "nulls":
            places = with_nulls(places)
        name = "-".join([version[0], encoding.lower(), codec, kind, nulls, neighbour, groups])
        rows = [None if place is None else made[place] for place in places]
        write(folder / f"{name}.parquet", rows, version, encoding, codec, kind, nulls, neighbour,
              groups, checksum=number % 3 > 0)
        expected[name] = places
    expected |= odd_files(folder, made)
    for name, places in expected.items():
        if isinstance(places, list):
            table = pq.read_table(folder / f"{name}.parquet", columns=["text"])
            read = [v.decode() if isinstance(v, bytes) else v for v in table["text"].to_pylist()]
            assert read == [None if place is None else made[place] for place in places], name
    with open(HERE / "expected.json", "w") as file:
        json.dump({"documents": made, "files": expected}, file, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
