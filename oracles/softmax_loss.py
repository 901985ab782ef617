"""Softmax losses with class weights, label smoothing and a focal factor in PyTorch, in float64, as
oracles/softmax-loss.json.

    pip install torch==2.13.0
    python oracles/softmax_loss.py

Without a focal factor the loss is torch.nn.CrossEntropyLoss(weight, label_smoothing) itself. With one (gamma > 0), which
PyTorch does not have, it is this project's definition: every tag's term of the smoothed loss times (1 - p_k)^gamma,
checked here against CrossEntropyLoss at gamma = 0.

Logits are [time, tags, batch]; tokens beyond a sentence's length are not part of the loss.
"""
import json
import os

import torch
from torch import nn

torch.set_default_dtype(torch.float64)


def defined(logits, gold, weight, smoothing, gamma):
    tags = logits.shape[1]
    logp = torch.log_softmax(logits, 1)
    target = (smoothing / tags) * weight.expand(len(gold), tags)
    target = target + (1 - smoothing) * nn.functional.one_hot(gold, tags) * weight[gold][:, None]
    return -(target * (1 - logp.exp()) ** gamma * logp).sum() / weight[gold].sum()


def case(seed, time, lengths, tags, smoothing, weighted, gamma=0.0):
    g = torch.Generator().manual_seed(seed)
    logits = (torch.randn(time, tags, len(lengths), generator=g) * 2 * 1024).round() / 1024
    logits.requires_grad_(True)
    gold = [torch.randint(tags, (n,), generator=g) for n in lengths]
    weight = (torch.rand(tags, generator=g) * 3 * 64).round() / 64 + 0.25 if weighted else torch.ones(tags)
    tokens = torch.cat([logits[:n, :, b] for b, n in enumerate(lengths)])
    flat = torch.cat(gold)
    torch_loss = nn.CrossEntropyLoss(weight=weight, label_smoothing=smoothing)(tokens, flat)
    assert torch.allclose(torch_loss, defined(tokens, flat, weight, smoothing, 0.0), rtol=1e-12)
    loss = torch_loss if gamma == 0 else defined(tokens, flat, weight, smoothing, gamma)
    loss.backward()
    numbers = lambda t: [float(f"{v:.13g}") for v in t.detach().flatten().tolist()]
    return {
        "time": time, "lengths": lengths, "tags": tags, "labelSmoothing": smoothing, "focalGamma": gamma,
        "weights": numbers(weight), "gold": [path.tolist() for path in gold], "logits": numbers(logits),
        "loss": loss.item(), "gradient": numbers(logits.grad),
    }


cases = [
    case(1, 5, [5, 2, 4], 4, 0.1, False),
    case(2, 4, [4, 1], 7, 0.3, True),
    case(3, 3, [3], 3, 0.9, True),
    case(4, 4, [2, 4], 5, 0.0, True),
    case(5, 4, [3, 4], 5, 0.1, False, gamma=2.0),
    case(6, 4, [4, 2], 4, 0.2, True, gamma=0.5),
    case(7, 4, [1, 4], 4, 0.0, True, gamma=1.0),
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "softmax-loss.json")
with open(path, "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
print(path)
