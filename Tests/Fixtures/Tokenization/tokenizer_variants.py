"""A tokenizer.json, variants of it, and what the tokenizers library makes of texts with each."""
import json
from pathlib import Path

from tokenizers import Tokenizer

here = Path(__file__).parent


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Original:
    """A file's content; a variant is a list of replacements in its text, wherever they apply."""

    def __init__(self, name, content):
        self.name, self.content = name, content
        self.text = compact(content) + "\n"
        self.write(f"{name}.json", self.text)

    def write(self, name, text):
        (here / name).write_text(text, encoding="utf-8")

    def part(self, key, value):
        """The replacement of a whole part."""
        return [f'"{key}":' + compact(self.content[key]), f'"{key}":' + compact(value)]

    def tokenizer(self, replacements=()):
        changed = self.text
        for old, new in replacements:
            assert old in changed, old
            changed = changed.replace(old, new)
        return Tokenizer.from_str(changed)

    def write_ids(self, variants, texts, is_given_back=None):
        """Ids of all variants; texts of the original's ids, for those that `is_given_back` takes."""
        def ids(tokenizer):
            return [tokenizer.encode(line, add_special_tokens=False).ids for line in texts]

        result = {"texts": texts, "variants": [
            {"name": name, "replacements": replacements, "ids": ids(self.tokenizer(replacements))}
            for name, replacements in variants.items()]}
        if is_given_back:
            tokenizer = self.tokenizer()
            result["decoded"] = [
                {"ids": found, "text": tokenizer.decode(found, skip_special_tokens=False)}
                for text, found in zip(texts, ids(tokenizer)) if is_given_back(text)]
        self.write(f"{self.name}-ids.json", json.dumps(result, ensure_ascii=False) + "\n")
