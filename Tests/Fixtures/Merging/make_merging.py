"""Makes the fixtures of MergingTests: four small models and what merging them must give.

Every formula is written here once more, plainly, on whole NumPy arrays: facts of both TIES
variants (per tensor with an exact count; over the whole vector with the threshold of the paper's
code), the weighted average and the exponential average.

Run from anywhere: python make_merging.py
"""

import pathlib

import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
EMBEDDINGS = "model.embeddings.tok_embeddings.weight"
SHAPES = {
    EMBEDDINGS: (37, 8),
    "model.layers.0.attn.Wqkv.weight": (24, 8),
    "model.layers.0.mlp.Wi.weight": (32, 8),
    "model.final_norm.weight": (8,),
    "decoder.bias": (37,),
}
# Entries of this tensor are coarse, so that magnitudes tie and signed sums cancel.
COARSE = "model.layers.0.mlp.Wi.weight"


def random_model(rng, base=None):
    model = {}
    for name, shape in SHAPES.items():
        change = rng.standard_normal(shape).astype(np.float32)
        if name == COARSE:
            change = np.round(change * 4) / 4
        if base is None:
            model[name] = change.astype(np.float32)
        else:
            scale = np.float32(0.25 if name == COARSE else 0.05)
            model[name] = (base[name] + scale * change).astype(np.float32)
    return model


def apart(tensors, embeddings):
    """The names that take part in a merge."""
    return [name for name in tensors if embeddings or name != EMBEDDINGS]


def trim_exact(delta, density):
    """The int(density * size) largest magnitudes, the first of equals first."""
    flat = delta.reshape(-1)
    kept = flat.size if density >= 1 else int(density * flat.size)
    order = np.argsort(-np.abs(flat), kind="stable")[:kept]
    trimmed = np.zeros_like(flat)
    trimmed[order] = flat[order]
    return trimmed.reshape(delta.shape)


def ties_per_tensor(base, models, density, lam=1.0, weights=None, embeddings=True):
    weights = np.float32(weights or [1.0] * len(models))
    merged = dict(base)
    for name in apart(base, embeddings):
        deltas = np.stack([trim_exact(m[name] - base[name], density) for m in models])
        weighted = deltas * weights.reshape(-1, *[1] * base[name].ndim)
        elected = np.where(weighted.sum(axis=0) >= 0, 1, -1)
        agrees = np.sign(weighted) == elected
        total = (weighted * agrees).sum(axis=0)
        divisor = (agrees * weights.reshape(-1, *[1] * base[name].ndim)).sum(axis=0)
        divisor[np.abs(divisor) < 1e-8] = 1
        merged[name] = (base[name] + np.float32(lam) * (total / divisor)).astype(np.float32)
    return merged


def ties_whole_vector(base, models, density, lam=1.0, embeddings=True):
    names = apart(base, embeddings)

    def flat(model):
        return np.concatenate([model[name].reshape(-1) for name in names])

    deltas = np.stack([flat(model) - flat(base) for model in models])
    count = deltas.shape[1]
    if density < 1:
        place = count - int(count * density)  # counted from 1
        for delta in deltas:
            threshold = np.sort(np.abs(delta))[place - 1]
            delta[np.abs(delta) < threshold] = 0
    signs = np.sign(deltas.sum(axis=0))
    signs[signs == 0] = np.sign(signs.sum())
    agrees = (np.sign(deltas) == signs) & (deltas != 0)
    total = np.where(agrees, deltas, 0).sum(axis=0)
    theta = flat(base) + np.float32(lam) * (total / np.maximum(agrees.sum(axis=0), 1))
    merged, start = dict(base), 0
    for name in names:
        size = base[name].size
        merged[name] = theta[start : start + size].astype(np.float32).reshape(SHAPES[name])
        start += size
    return merged


def average(models, weights):
    total = sum(weights)
    return {
        name: sum(w * m[name].astype(np.float64) for w, m in zip(weights, models)).astype(
            np.float64
        )
        / total
        for name in models[0]
    }


def exponential(models, decay):
    return average(models, [decay ** (len(models) - 1 - t) for t in range(len(models))])


def write(name, tensors):
    tensors = {key: np.ascontiguousarray(value.astype(np.float32)) for key, value in tensors.items()}
    save_file(tensors, HERE / f"{name}.safetensors", metadata={"format": "pt"})


def main():
    rng = np.random.default_rng(20)
    base = random_model(rng)
    models = [random_model(rng, base) for _ in range(3)]
    write("base", base)
    for index, model in enumerate(models):
        write(f"model-{index}", model)
    write("ties-tensor", ties_per_tensor(base, models, 0.2))
    write("ties-tensor-weighted", ties_per_tensor(base, models, 0.5, 0.7, [1.0, 0.5, 2.0]))
    write("ties-tensor-whole", ties_per_tensor(base, models, 1.0))
    write("ties-tensor-bodies", ties_per_tensor(base, models, 0.2, embeddings=False))
    write("ties-global", ties_whole_vector(base, models, 0.2))
    write("ties-global-scaled", ties_whole_vector(base, models, 0.55, 0.8))
    write("ties-global-bodies", ties_whole_vector(base, models, 0.2, embeddings=False))
    write("average", average(models, [1, 1, 1]))
    write("average-weighted", average(models, [3, 1, 0.5]))
    write("exponential", exponential(models, 0.6))


if __name__ == "__main__":
    main()
