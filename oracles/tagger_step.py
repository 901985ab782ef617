"""Loss and gradients of small BiLSTM taggers in PyTorch, in float64, as oracles/tagger-step.json.

    pip install torch==2.13.0
    python oracles/tagger_step.py > oracles/tagger-step.json

The recurrent weights are written in this project's layout: [2, 4·hidden, hidden + inputs + 2], gates i, f, o, g,
columns recurrent, input, bias, padding flag (not part of PyTorch's model).
"""
import json
import torch
from torch import nn

torch.set_default_dtype(torch.float64)


def tensor(generator, *shape, scale=0.5):
    # Rounded, so that float32 holds the same numbers.
    return (torch.randn(*shape, generator=generator) * scale * 1024).round() / 1024


def lstm_layer(weight, inputs, hidden):
    layer = nn.LSTM(inputs, hidden, bidirectional=True)
    order = [0, 1, 3, 2]  # PyTorch's i, f, g, o from i, f, o, g
    with torch.no_grad():
        for direction, suffix in enumerate(["", "_reverse"]):
            gates = weight[direction].reshape(4, hidden, -1)[order].reshape(4 * hidden, -1)
            getattr(layer, "weight_hh_l0" + suffix).copy_(gates[:, :hidden])
            getattr(layer, "weight_ih_l0" + suffix).copy_(gates[:, hidden:hidden + inputs])
            getattr(layer, "bias_ih_l0" + suffix).copy_(gates[:, hidden + inputs])
            getattr(layer, "bias_hh_l0" + suffix).zero_()
    return layer


def lstm_gradient(layer, inputs, hidden):
    rows = []
    for suffix in ["", "_reverse"]:
        part = torch.cat([
            getattr(layer, "weight_hh_l0" + suffix).grad,
            getattr(layer, "weight_ih_l0" + suffix).grad,
            getattr(layer, "bias_ih_l0" + suffix).grad[:, None],
            torch.zeros(4 * hidden, 1),
        ], 1)
        rows.append(part.reshape(4, hidden, -1)[[0, 1, 3, 2]].reshape(4 * hidden, -1))
    return torch.stack(rows)


def crf_nll(logits, lengths, gold, transitions, start, end):
    total = 0
    for b, n in enumerate(lengths):
        e, y = logits[:n, b], gold[b]
        alpha = start + e[0]
        for t in range(1, n):
            alpha = torch.logsumexp(alpha[:, None] + transitions, 0) + e[t]
        path = start[y[0]] + end[y[n - 1]] + sum(e[t, y[t]] for t in range(n))
        path = path + sum(transitions[y[t - 1], y[t]] for t in range(1, n))
        total = total + torch.logsumexp(alpha + end, 0) - path
    return total / len(lengths)


def softmax_loss(logits, lengths, gold, weights, gamma):
    total, norm = 0, 0
    for b, n in enumerate(lengths):
        logp = torch.log_softmax(logits[:n, b], -1)
        for t in range(n):
            lp, w = logp[t, gold[b][t]], weights[gold[b][t]]
            total = total - w * (1 - lp.exp()) ** gamma * lp
            norm = norm + w
    return total / norm


def case(seed, decoder, time, lengths, inputs, hidden, layers, tags, gamma=0.0, weighted=False):
    g = torch.Generator().manual_seed(seed)
    batch = len(lengths)
    x = tensor(g, time, batch, inputs, scale=1.0)
    gold = [torch.randint(tags, (n,), generator=g).tolist() for n in lengths]
    sizes = [inputs if l == 0 else 2 * hidden for l in range(layers)]
    weights = [tensor(g, 2, 4 * hidden, hidden + i + 2) for i in sizes]
    for w in weights:
        w[:, :, -1] = 0
        w[1, :hidden, -1] = -1e4
    masks = [torch.randint(2, (time, batch, 2 * hidden), generator=g).double() * 2 for _ in sizes]
    out_w, out_b = tensor(g, tags, 2 * hidden), tensor(g, tags)
    transitions, start, end = tensor(g, tags, tags), tensor(g, tags), tensor(g, tags)
    tag_weights = [1.0 + 0.5 * k for k in range(tags)] if weighted else [1.0] * tags

    lstms = [lstm_layer(w, i, hidden) for w, i in zip(weights, sizes)]
    leaves = [x, out_w, out_b, transitions, start, end]
    for leaf in leaves:
        leaf.requires_grad_(True)
    # Each sentence alone, so that padding cannot matter.
    columns = []
    for b, n in enumerate(lengths):
        h = x[:n, b:b + 1]
        for lstm, mask in zip(lstms, masks):
            h = lstm(h)[0] * mask[:n, b:b + 1]
        columns.append(torch.cat([h @ out_w.T + out_b, torch.zeros(time - n, 1, tags)], 0))
    logits = torch.cat(columns, 1)
    if decoder == "crf":
        loss = crf_nll(logits, lengths, gold, transitions, start, end)
    else:
        loss = softmax_loss(logits, lengths, gold, tag_weights, gamma)
    loss.backward()
    names = {"decoder.weight": out_w, "decoder.bias": out_b}
    if decoder == "crf":
        names.update({"decoder.transitions": transitions, "decoder.start": start, "decoder.end": end})
    parameters = {f"encoder.{l}.weight": w for l, w in enumerate(weights)}
    parameters.update({k: v.detach() for k, v in names.items()})
    gradients = {f"encoder.{l}.weight": lstm_gradient(m, i, hidden) for l, (m, i) in enumerate(zip(lstms, sizes))}
    gradients.update({k: torch.zeros_like(v) if v.grad is None else v.grad for k, v in names.items()})
    flat = lambda t: [float(f"{v:.9g}") for v in t.flatten().tolist()]
    return {
        "decoder": decoder, "time": time, "lengths": lengths, "inputs": inputs, "hidden": hidden, "layers": layers,
        "tags": tags, "focalGamma": gamma, "tagWeights": tag_weights, "gold": gold,
        "x": flat(x.detach().permute(0, 2, 1)),
        "outputMasks": [flat(m.permute(0, 2, 1)) for m in masks],
        "parameters": {k: flat(v) for k, v in parameters.items()},
        "loss": loss.item(),
        "dX": flat(x.grad.permute(0, 2, 1)),
        "gradients": {k: flat(v) for k, v in gradients.items()},
    }


cases = [
    case(1, "crf", 5, [5, 3, 1, 4], 3, 4, 1, 4),
    case(2, "crf", 2, [1], 2, 3, 1, 3),
    case(3, "crf", 4, [2, 4], 3, 2, 2, 5),
    case(4, "softmax", 5, [4, 5, 1], 3, 4, 1, 4),
    case(5, "softmax", 3, [3, 2], 2, 3, 2, 3, gamma=2.0),
    case(6, "softmax", 4, [1, 4, 2], 3, 2, 1, 5, gamma=0.5, weighted=True),
]
print(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")))
