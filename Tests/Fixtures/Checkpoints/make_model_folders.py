"""Writes tiny random ModernBERT models as transformers and sentence-transformers save them, with
what they compute.

    python make_model_folders.py

For each case of the installed major version of transformers a folder `models/NAME` as saved, and
`models/NAME.safetensors`: `ids` of sequences laid end to end, their `lengths`, the last `hidden`
states of every token in fp32, of a masked language model the `logits` too, and of a sentence
encoder the `vectors`. Numbers are those of the weights as they are stored, computed in fp32.

Made with torch 2.15.0, transformers 4.57.6 and 5.24.0, sentence-transformers 5.7.0.
"""

import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file
from transformers import ModernBertConfig, ModernBertForMaskedLM, ModernBertModel

HERE = pathlib.Path(__file__).parent / "models"
LENGTHS = [1, 23, 8]

CASES = {
    # Keys of transformers 4: one base for global layers, one for local ones, every second global.
    "old-keys": dict(
        version=4, kind=ModernBertForMaskedLM, dtype=torch.float32,
        config=dict(
            vocab_size=61, hidden_size=16, num_attention_heads=2, intermediate_size=20,
            num_hidden_layers=3, global_attn_every_n_layers=2, local_attention=6,
            global_rope_theta=12345.0, local_rope_theta=500.0, norm_eps=1e-4)),
    # A pattern without a period, bf16, in several files.
    "pattern-bf16-sharded": dict(
        version=5, kind=ModernBertForMaskedLM, dtype=torch.bfloat16, shard="6KB",
        config=dict(
            vocab_size=47, hidden_size=24, num_attention_heads=3, intermediate_size=16,
            num_hidden_layers=4, local_attention=4,
            layer_types=["sliding_attention", "full_attention", "full_attention",
                         "sliding_attention"],
            rope_parameters={
                "full_attention": {"rope_type": "default", "rope_theta": 900.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 70.0}})),
    # A base model: no head, no `model.` in front of names; ids of tokens as they are by default.
    "base-fp16": dict(
        version=5, kind=ModernBertModel, dtype=torch.float16,
        config=dict(
            vocab_size=52, hidden_size=16, num_attention_heads=1, intermediate_size=24,
            num_hidden_layers=2, local_attention=10, bos_token_id=50281)),
    # Pooled by sentence-transformers: the first token's state, normalised.
    "sentence-encoder": dict(
        version=4, kind=ModernBertModel, dtype=torch.float32, pooling="cls",
        config=dict(
            vocab_size=40, hidden_size=16, num_attention_heads=2, intermediate_size=12,
            num_hidden_layers=2, local_attention=4)),
}


def build(number, case):
    torch.manual_seed(number)
    ids = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2, cls_token_id=2, sep_token_id=1)
    config = ModernBertConfig(
        **{**ids, **case["config"]}, max_position_embeddings=64, reference_compile=False,
        attn_implementation="eager")
    model = case["kind"](config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.uniform_(0.5, 1.5)
            elif name == "decoder.bias":
                parameter.normal_(0, 0.5)
            else:
                parameter.normal_(0, parameter.shape[1] ** -0.5)
    return model.to(case["dtype"]).eval()


def save_sentence_encoder(folder, pooling):
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer, models as tokenizer_models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "<eos>", "<bos>", "<unk>"] + [f"w{index}" for index in range(36)]
    tokenizer = Tokenizer(
        tokenizer_models.WordLevel({word: id for id, word in enumerate(words)}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>"
    ).save_pretrained(folder)
    encoder = models.Transformer(str(folder), max_seq_length=48)
    modules = [encoder, models.Pooling(encoder.get_word_embedding_dimension(), pooling),
               models.Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu")
    shutil.rmtree(folder)
    model.save(str(folder), create_model_card=False)
    for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]:
        (folder / name).unlink(missing_ok=True)


def main():
    generator = torch.Generator().manual_seed(0)
    for number, (name, case) in enumerate(CASES.items()):
        ids = torch.randint(2, case["config"]["vocab_size"], (sum(LENGTHS),), generator=generator)
        if case["version"] != int(transformers.__version__.split(".")[0]):
            continue
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        model = build(number, case)
        model.save_pretrained(folder, max_shard_size=case.get("shard", "1GB"))
        model = case["kind"].from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager").eval()
        encoder = getattr(model, "model", model)
        hidden, logits = [], []
        with torch.no_grad():
            for sequence in ids.split(LENGTHS):
                hidden.append(encoder(sequence[None]).last_hidden_state[0])
                if encoder is not model:
                    logits.append(model(sequence[None]).logits[0])
        tensors = {"ids": ids.int(), "lengths": torch.tensor(LENGTHS).int(),
                   "hidden": torch.cat(hidden)}
        if logits:
            tensors["logits"] = torch.cat(logits)
        if "pooling" in case:
            save_sentence_encoder(folder, case["pooling"])
            first = torch.stack([states[0] for states in hidden])
            tensors["vectors"] = torch.nn.functional.normalize(first)
        save_file({key: value.contiguous() for key, value in tensors.items()},
                  HERE / f"{name}.safetensors")


if __name__ == "__main__":
    main()
