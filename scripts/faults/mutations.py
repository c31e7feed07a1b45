"""Changes of files as disks, networks, editors and other programs make them, and worse ones."""

import gzip
import re

# Numbers at which counting goes wrong, as JSON, YAML and recipes write them.
EXTREMES = [
    "0",
    "-1",
    "1",
    "2",
    "127",
    "255",
    "256",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "4611686018427387904",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "-1e308",
    "1e-320",
    "1e999",
    "NaN",
    ".nan",
    ".inf",
    "Infinity",
    "0.0",
    "-0.0",
    "1.5",
    "1k",
    "1B",
    "1T",
    "9223372T",
    "99999999999999999999999999999999",
]
# What stands in a text where something else should.
STRANGERS = [
    "null",
    "[]",
    "{}",
    '""',
    '"x"',
    "true",
    "\0",
    "\x1b[31m",
    "\ufeff",
    "\\ud800",
    '"',
    "'",
    "\\",
    "\r\n",
    "../../x",
    "/",
    "&a [*a]",
    "*a",
    "<<: {}",
    "\u202e",
    "%",
    "#",
    ":",
    "- ",
]
NUMBER = re.compile(rb"(?<![\w.])-?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?[kMBTG]?(?!\w)")
WORD = re.compile(rb'"(?:[^"\\]|\\.)*"|[\w./+-]+')


def numbers(data):
    """Where the numbers of a text are."""
    return [match.span() for match in NUMBER.finditer(data)]


def replaced(data, span, text):
    return data[: span[0]] + text + data[span[1] :]


def text(data, random):
    """A changed text: mostly a number or a word replaced, sometimes what happens to any file."""
    kind = random.random()
    spans = numbers(data)
    if kind < 0.4 and spans:
        return replaced(data, random.choice(spans), random.choice(EXTREMES).encode())
    words = [match.span() for match in WORD.finditer(data)]
    if kind < 0.55 and words:
        return replaced(data, random.choice(words), random.choice(STRANGERS).encode())
    if kind < 0.65 and words:
        span, other = random.choice(words), random.choice(words)
        return replaced(data, span, data[other[0] : other[1]])
    if kind < 0.7:
        depth = random.choice([10, 1000, 20_000])
        place = random.randrange(len(data) + 1)
        return (
            data[:place]
            + random.choice([b"[", b"{", b'{"a":', b"- ", b"a: {"]) * depth
            + data[place:]
        )
    if kind < 0.8:
        lines = data.splitlines(True)
        place = random.randrange(len(lines) or 1)
        if random.random() < 0.5:
            del lines[place : place + 1]
        else:
            lines.insert(random.randrange(len(lines) + 1), lines[place] if lines else b"\n")
        return b"".join(lines)
    return binary(data, random)


def binary(data, random):
    """Changed bytes: bits flipped, stretches cut, doubled, moved, filled, numbers made extreme."""
    if not data:
        return bytes(random.randrange(256) for _ in range(random.randrange(16)))
    changed = bytearray(data)
    # The front holds what the rest depends on.
    end = len(data) if random.random() < 0.6 else min(len(data), 256)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        place = random.randrange(min(end, len(changed)) or 1)
        size = random.choice([1, 2, 4, 8, 8, 64, 1000])
        kind = random.randrange(9)
        if kind < 2 and changed:
            changed[min(place, len(changed) - 1)] ^= 1 << random.randrange(8)
        elif kind == 2:
            del changed[place:]
        elif kind == 3:
            changed[place:place] = random.randbytes(size)
        elif kind == 4:
            changed[place:place] = changed[place : place + size]
        elif kind == 5:
            del changed[place : place + size]
        elif kind == 6:
            changed[place : place + size] = bytes([random.choice([0, 0xFF, 0x7F, 0x80])]) * size
        elif kind == 7:
            value = random.choice(
                [0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1]
            )
            width = random.choice([4, 8])
            changed[place : place + width] = (value % 2 ** (8 * width)).to_bytes(width, "little")
        else:
            stretch = changed[place : place + size]
            del changed[place : place + size]
            other = random.randrange(len(changed) + 1)
            changed[other:other] = stretch
    return bytes(changed)


def compressed(data, random):
    """A changed gzip file: in half of the cases it is its content that is changed."""
    if random.random() < 0.5:
        return binary(data, random)
    return gzip.compress(text(gzip.decompress(data), random), mtime=0)


def safetensors(data, random):
    """Changed tensors: in half of the cases it is the header, whose size then is right."""
    size = int.from_bytes(data[:8], "little")
    if random.random() < 0.5 or size > len(data):
        return binary(data, random)
    header = text(data[8 : 8 + size], random)
    return len(header).to_bytes(8, "little") + header + data[8 + size :]


def parquet(data, random):
    """A changed Parquet file: in half of the cases it is the footer, whose size then is right."""
    size = int.from_bytes(data[-8:-4], "little")
    if random.random() < 0.5 or size > len(data) - 12:
        return binary(data, random)
    start = len(data) - 8 - size
    footer = binary(data[start:-8], random)
    return data[:start] + footer + len(footer).to_bytes(4, "little") + data[-4:]


def xxh64(data):
    """The xxHash64 of `data`, as checkpoints and indexes note it."""
    mask, primes = 2**64 - 1, [
        0x9E3779B185EBCA87,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x85EBCA77C2B2AE63,
        0x27D4EB2F165667C5,
    ]
    p1, p2, p3, p4, p5 = primes

    def turned(value, count):
        return (value << count | value >> (64 - count)) & mask

    def mixed(state, word):
        return turned((state + word * p2) & mask, 31) * p1 & mask

    place = 0
    if len(data) >= 32:
        states = [(p1 + p2) & mask, p2, 0, -p1 & mask]
        while place + 32 <= len(data):
            for lane in range(4):
                word = int.from_bytes(data[place + 8 * lane : place + 8 * lane + 8], "little")
                states[lane] = mixed(states[lane], word)
            place += 32
        value = sum(turned(s, n) for s, n in zip(states, (1, 7, 12, 18))) & mask
        for state in states:
            value = ((value ^ mixed(0, state)) * p1 + p4) & mask
    else:
        value = p5
    value = (value + len(data)) & mask
    while place + 8 <= len(data):
        value ^= mixed(0, int.from_bytes(data[place : place + 8], "little"))
        value = (turned(value, 27) * p1 + p4) & mask
        place += 8
    if place + 4 <= len(data):
        value ^= int.from_bytes(data[place : place + 4], "little") * p1 & mask
        value = (turned(value, 23) * p2 + p3) & mask
        place += 4
    for byte in data[place:]:
        value = turned(value ^ byte * p5 & mask, 11) * p1 & mask
    for shift, factor in ((33, p2), (29, p3)):
        value = (value ^ value >> shift) * factor & mask
    return f"{value ^ value >> 32:016x}"
