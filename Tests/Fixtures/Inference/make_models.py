"""Writes random ModernBERT models with transformers, and what it computes with them.

    python make_models.py FOLDER COUNT SEED [LARGEST]

FOLDER/0, FOLDER/1, … are model folders as `save_pretrained` makes them, their shapes drawn by SEED:
columns, heads, layers, windows, rotary bases, which layers are global, vocabulary. Beside the
weights, each holds `expected.json`: for sequences of LENGTHS up to LARGEST (1030 by default) the
mean masked-LM loss, the mean of the last hidden states and the first of them, in fp32 on a CPU.
Ids and labels are not random numbers but those of `sequence`, so that a test makes them again.

The fixtures beside this script: python make_models.py . 3 39
Made with torch 2.15.0 and transformers 4.57.6; transformers 5 writes other keys.
"""

import json
import pathlib
import random
import sys

import torch
from transformers import ModernBertConfig, ModernBertForMaskedLM

LENGTHS = [1, 2, 3, 7, 8, 9, 31, 32, 33, 64, 129, 257, 300, 1030]


def sequence(length, vocabulary):
    """Ids from 5 on, and a label at every third token."""
    ids = [5 + (i * i * 7 + 31 * i + 13 * length) % (vocabulary - 5) for i in range(length)]
    labels = [5 + (i * 11 + length) % (vocabulary - 5) if i % 3 == 0 else -100 for i in range(length)]
    return ids, labels


def draw(generator):
    heads = generator.choice([1, 2, 3])
    head_size = generator.choice([8, 16, 24])
    return ModernBertConfig(
        vocab_size=generator.choice([64, 97, 131, 200]),
        hidden_size=heads * head_size,
        num_attention_heads=heads,
        intermediate_size=generator.choice([24, 40, 48]),
        num_hidden_layers=generator.choice([1, 3, 4, 5]),
        global_attn_every_n_layers=generator.choice([1, 2, 3, 4]),
        local_attention=generator.choice([4, 16, 64, 128]),
        global_rope_theta=generator.choice([500.0, 10000.0, 160000.0]),
        local_rope_theta=generator.choice([500.0, 10000.0, 160000.0]),
        max_position_embeddings=generator.choice([1030, 2048]),
        norm_eps=generator.choice([1e-5, 1e-6]),
        pad_token_id=0, eos_token_id=1, bos_token_id=2, cls_token_id=2, sep_token_id=1,
        initializer_range=0.2,
    )


def expect(model, vocabulary, largest):
    expected = []
    for length in [length for length in LENGTHS if length <= largest]:
        ids, labels = sequence(length, vocabulary)
        with torch.no_grad():
            output = model(
                input_ids=torch.tensor([ids]), labels=torch.tensor([labels]),
                attention_mask=torch.ones(1, length, dtype=torch.long))
            states = model.model(
                input_ids=torch.tensor([ids]),
                attention_mask=torch.ones(1, length, dtype=torch.long)).last_hidden_state[0]
        expected.append(
            {
                "length": length,
                "loss": output.loss.item(),
                "mean": states.mean(dim=0).tolist(),
                "cls": states[0].tolist(),
            })
    return expected


def main(folder, count, seed, largest="1030"):
    generator = random.Random(int(seed))
    torch.manual_seed(int(seed))
    for index in range(int(count)):
        path = pathlib.Path(folder) / str(index)
        config = draw(generator)
        config._attn_implementation = "eager"
        model = ModernBertForMaskedLM(config).eval()
        with torch.no_grad():
            # Norms and the bias are ones and zeros in a new model, which would hide mistakes.
            for name, parameter in model.named_parameters():
                if parameter.dim() == 1:
                    parameter.add_(torch.randn_like(parameter) * 0.2)
        model.save_pretrained(path)
        with open(path / "expected.json", "w", encoding="utf-8") as file:
            json.dump(expect(model, config.vocab_size, int(largest)), file)
            file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
