"""Writes what transformers' ModernBertForMaskedLM computes on tiny models, in fp32 on a CPU.

    python make_modernbert_parity.py

For each case a safetensors file: the weights under their Hugging Face names; `gradient.NAME`, the
gradient of the mean loss over all scored tokens; `logits`, of every token; `hidden`, the last
hidden states; and a JSON file: the configuration as transformers writes it, the sequences and
labels of the microbatches, the loss of every scored token, and the mean loss before each of
20 steps of StableAdamW. Every sequence is run by itself, so that transformers' own masks decide
which keys a token sees; the microbatches are the same sequences laid end to end.

Made with torch 2.13.0 and transformers 5.23.0.
"""

import json
import math
import pathlib

import torch
from safetensors.torch import save_file
from transformers import ModernBertConfig, ModernBertForMaskedLM

HERE = pathlib.Path(__file__).parent
IGNORED = -100

CASES = {
    # Head size 16, |i - j| <= 4; sequences of 1 to 37 tokens; different rotary bases.
    "modernbert-window-8": dict(
        seed=1,
        model=dict(
            vocab_size=96, hidden_size=32, num_attention_heads=2, intermediate_size=24,
            num_hidden_layers=4, global_attn_every_n_layers=3, local_attention=8,
            global_rope_theta=160000.0, local_rope_theta=10000.0),
        microbatches=[[3, 37, 1, 9], [5, 20, 11]],
    ),
    # Head size 32, |i - j| <= 8; every second layer global; a sequence exactly as long as a window.
    "modernbert-window-16": dict(
        seed=2,
        model=dict(
            vocab_size=101, hidden_size=32, num_attention_heads=1, intermediate_size=40,
            num_hidden_layers=3, global_attn_every_n_layers=2, local_attention=16,
            global_rope_theta=10000.0, local_rope_theta=500.0),
        microbatches=[[17, 45], [8, 9, 16, 2]],
    ),
}

OPTIMIZER = dict(peak=4e-3, beta1=0.9, beta2=0.95, epsilon=1e-8, weight_decay=1e-2, steps=20)


def build(case):
    torch.manual_seed(case["seed"])
    config = ModernBertConfig(
        **case["model"], max_position_embeddings=64, pad_token_id=0, eos_token_id=1,
        bos_token_id=2, cls_token_id=2, sep_token_id=1, mask_token_id=4,
        attn_implementation="eager")
    model = ModernBertForMaskedLM(config).train()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.uniform_(0.5, 1.5)
            elif name == "decoder.bias":
                parameter.normal_(0, 0.5)
            else:
                parameter.normal_(0, parameter.shape[1] ** -0.5)
    return model


def draw_microbatches(case):
    """Sequences from <bos> to <eos> of ids from 5 on (0 is the padding row, without gradient)."""
    generator = torch.Generator().manual_seed(case["seed"] + 100)
    vocabulary = case["model"]["vocab_size"]
    microbatches = []
    for lengths in case["microbatches"]:
        sequences = []
        for length in lengths:
            ids = torch.randint(5, vocabulary, (length,), generator=generator)
            ids[0], ids[-1] = 2, 1
            labels = torch.full((length,), IGNORED)
            scored = torch.rand(length, generator=generator) < 0.3
            scored[length // 2] = True
            labels[scored] = ids[scored]
            masked = scored & (torch.rand(length, generator=generator) < 0.8)
            ids[masked] = 4
            sequences.append((ids, labels))
        microbatches.append(sequences)
    return microbatches


def losses_of(model, microbatches):
    """The loss of every scored token, logits and hidden states of every token, in order."""
    losses, logits, hidden = [], [], []
    for sequences in microbatches:
        for ids, labels in sequences:
            last_hidden_state = model.model(input_ids=ids[None]).last_hidden_state
            hidden.append(last_hidden_state[0])
            logits.append(model.decoder(model.head(last_hidden_state[0])))
            losses.append(torch.nn.functional.cross_entropy(
                logits[-1], labels, ignore_index=IGNORED, reduction="none")[labels >= 0])
    return torch.cat(losses), torch.cat(logits), torch.cat(hidden)


class StableAdamW:
    """AdamW with debiased betas, the update clipped per tensor, decay relative to the peak rate."""

    def __init__(self, parameters):
        self.parameters = [p for p in parameters]
        self.means = [torch.zeros_like(p) for p in self.parameters]
        self.squares = [torch.zeros_like(p) for p in self.parameters]
        self.count = 0

    @torch.no_grad()
    def step(self, rate, peak, beta1, beta2, epsilon, weight_decay):
        self.count += 1
        t = self.count
        debiased1 = (beta1**t - beta1) / (beta1**t - 1)
        debiased2 = (beta2**t - beta2) / (beta2**t - 1)
        for p, m, v in zip(self.parameters, self.means, self.squares):
            g = p.grad
            m.lerp_(g, 1 - debiased1)
            v.mul_(debiased2).addcmul_(g, g, value=1 - debiased2)
            root = (g.double() ** 2 / v.double().clamp(min=epsilon**2)).mean().sqrt().item()
            clipped = rate / max(1.0, root)
            if p.dim() > 1:
                p.mul_(1 - clipped / peak * weight_decay)
            p.add_(m / (v.sqrt() + epsilon), alpha=-clipped)
            p.grad = None


def rate_at(step):
    """The first quarter rises to the peak, the rest falls: every step has another rate."""
    peak, steps = OPTIMIZER["peak"], OPTIMIZER["steps"]
    return peak * min((step + 1) / 5, 1 - (step - 4) / steps)


def train(model, microbatches):
    optimizer = StableAdamW(model.parameters())
    settings = {key: OPTIMIZER[key]
                for key in ("peak", "beta1", "beta2", "epsilon", "weight_decay")}
    means = []
    for step in range(OPTIMIZER["steps"]):
        losses, _, _ = losses_of(model, microbatches)
        losses.mean().backward()
        means.append(losses.double().mean().item())
        optimizer.step(rate_at(step), **settings)
    return means


def main():
    for name, case in CASES.items():
        model = build(case)
        microbatches = draw_microbatches(case)
        losses, logits, hidden = losses_of(model, microbatches)
        losses.mean().backward()
        tensors = {"logits": logits, "hidden": hidden}
        for parameter_name, parameter in model.named_parameters():
            tensors[parameter_name] = parameter
            tensors["gradient." + parameter_name] = parameter.grad
        tensors = {key: value.detach().float().contiguous().clone()
                   for key, value in tensors.items()}
        save_file(tensors, HERE / f"{name}.safetensors", metadata={"format": "pt"})
        model.zero_grad(set_to_none=True)
        record = dict(
            microbatches=[
                dict(tokenIDs=torch.cat([ids for ids, _ in sequences]).tolist(),
                     labels=torch.cat([labels for _, labels in sequences]).tolist(),
                     lengths=[len(ids) for ids, _ in sequences])
                for sequences in microbatches],
            losses=[round(loss, 7) for loss in losses.tolist()],
            rates=[rate_at(step) for step in range(OPTIMIZER["steps"])],
            optimizer=dict(
                peak=OPTIMIZER["peak"], beta1=OPTIMIZER["beta1"], beta2=OPTIMIZER["beta2"],
                epsilon=OPTIMIZER["epsilon"], weightDecay=OPTIMIZER["weight_decay"]),
            trainingLosses=train(model, microbatches))
        (HERE / f"{name}.json").write_text(json.dumps(record) + "\n")
        (HERE / f"{name}-config.json").write_text(
            json.dumps(model.config.to_dict(), indent=2, sort_keys=True) + "\n")
        assert not any(math.isnan(loss) for loss in record["trainingLosses"])


if __name__ == "__main__":
    main()
