"""The sizes of `mmbert bench step` as configurations of transformers' ModernBERT."""

# Hidden columns, attention heads, layers, columns of the feed-forward network.
SIZES = {
    "tiny": (128, 2, 4, 256),
    "small": (384, 6, 22, 1152),
    "base": (768, 12, 22, 1152),
}


def configuration(size, vocabulary, positions=8192, special=None, **options):
    """A ModernBertConfig of a named size.

    `special` holds the ids of the tokens "pad", "eos" and "bos"; by default they are 0, 1 and 2, as in
    Gemma's tokenizer.
    """
    from transformers import ModernBertConfig

    hidden, heads, layers, intermediate = SIZES[size]
    special = special or {"pad": 0, "eos": 1, "bos": 2}
    return ModernBertConfig(
        vocab_size=vocabulary, hidden_size=hidden, num_attention_heads=heads,
        num_hidden_layers=layers, intermediate_size=intermediate,
        max_position_embeddings=positions, pad_token_id=special["pad"],
        bos_token_id=special["bos"], eos_token_id=special["eos"],
        cls_token_id=special["bos"], sep_token_id=special["eos"], **options)
