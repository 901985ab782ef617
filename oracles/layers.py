"""PyTorch's numbers for the layers (src/engine/layers), in float64, as oracles/layers.json.

    pip install torch==2.13.0
    python oracles/layers.py

Recurrent layers run on packed sequences; the others on each sentence alone, so that padding cannot matter. Inputs are
[time, features, batch]. The loss is sum(y * slope) over the tokens, and the weights have this project's layouts:

- lstm: [directions, 4·hidden, hidden + inputs + 2], gates i, f, o, g; columns recurrent, input, bias, padding flag
- gru: input [directions, 3·hidden, inputs + 2], recurrent [directions, 3·hidden, hidden], gates r, z, n, and the
  candidate's bias [directions, hidden, 1]
- conv1d, conv-stack: [outputs, width·inputs]
- attention and transformers: x is [batch, time, features], weights are right operands, [inputs, outputs]
"""
import json
import os

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
PADDING = 1e4


def draw(generator, *shape, scale=1.0):
    # Rounded, so that float32 holds the same numbers.
    return (torch.randn(*shape, generator=generator) * scale * 1024).round() / 1024


def numbers(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.13g}") for v in tensor.detach().flatten().tolist()]}


def token_mask(time, lengths):
    return torch.tensor([[[1.0 if t < n else 0.0 for n in lengths]] for t in range(time)])


def finish(kind, settings, time, lengths, inputs, y, slope, gradients):
    return {
        "kind": kind, **settings, "time": time, "lengths": lengths,
        "inputs": {k: numbers(v) for k, v in inputs.items()},
        "slope": numbers(slope), "y": numbers(y),
        "gradients": {k: numbers(v) for k, v in gradients.items()},
    }


def suffixes(layer, directions):
    return [f"_l{layer}" + s for s in ["", "_reverse"][:directions]]


def pad_column(rows, hidden, gate, value, direction):
    column = torch.zeros(rows, 1)
    if direction == 1:
        column[gate * hidden:(gate + 1) * hidden] = value
    return column


def reorder(blocks, hidden, order):
    return blocks.reshape(len(order), hidden, -1)[order].reshape(len(order) * hidden, -1)


def lstm_weights(net, layer, hidden, directions, of):
    """Weights, or with of=grad their gradients, in this project's layout."""
    parts = []
    for d, suffix in enumerate(suffixes(layer, directions)):
        get = lambda name: of(getattr(net, name + suffix))
        part = torch.cat([get("weight_hh"), get("weight_ih"), get("bias_ih")[:, None]], 1)
        part = reorder(part, hidden, [0, 1, 3, 2])  # PyTorch: i, f, g, o
        pad = pad_column(4 * hidden, hidden, 0, -PADDING if of is value else 0.0, d)
        parts.append(torch.cat([part, pad], 1))
    return {f"lstm.{layer}": torch.stack(parts)}


def gru_weights(net, layer, hidden, directions, of):
    inputs, recurrent, biases = [], [], []
    for d, suffix in enumerate(suffixes(layer, directions)):
        get = lambda name: of(getattr(net, name + suffix))
        pad = pad_column(3 * hidden, hidden, 1, PADDING if of is value else 0.0, d)
        inputs.append(torch.cat([get("weight_ih"), get("bias_ih")[:, None], pad], 1))
        recurrent.append(get("weight_hh"))
        biases.append(get("bias_hh")[2 * hidden:, None])
    return {
        f"gru.{layer}.input": torch.stack(inputs),
        f"gru.{layer}.recurrent": torch.stack(recurrent),
        f"gru.{layer}.candidateBias": torch.stack(biases),
    }


def value(parameter):
    return parameter.detach()


def grad(parameter):
    return parameter.grad


def recurrent_case(seed, kind, time, lengths, inputs, hidden, directions, layers):
    g = torch.Generator().manual_seed(seed)
    make = {"lstm": nn.LSTM, "gru": nn.GRU}[kind]
    net = make(inputs, hidden, num_layers=layers, bidirectional=directions == 2)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(draw(g, *parameter.shape, scale=0.5))
            if name.startswith("bias_hh"):
                # PyTorch's second bias is redundant except for the GRU's candidate.
                parameter[: 0 if kind == "lstm" else 2 * hidden] = 0
                if kind == "lstm":
                    parameter.zero_()
    x = draw(g, time, inputs, len(lengths)).requires_grad_()
    packed = pack_padded_sequence(x.permute(0, 2, 1), torch.tensor(lengths), enforce_sorted=False)
    y, _ = pad_packed_sequence(net(packed)[0], total_length=time)
    y = y.permute(0, 2, 1)
    slope = draw(g, *y.shape)
    (y * slope).sum().backward()
    weights = {"lstm": lstm_weights, "gru": gru_weights}[kind]
    values, gradients = {"x": x}, {"x": x.grad}
    for layer in range(layers):
        values.update(weights(net, layer, hidden, directions, value))
        gradients.update(weights(net, layer, hidden, directions, grad))
    settings = {"size": {"inputs": inputs, "hidden": hidden, "directions": directions}, "layers": layers}
    return finish(kind, settings, time, lengths, values, y, slope, gradients)


def sentence_case(seed, kind, settings, time, lengths, rows, parameters, layer):
    """layer maps one sentence [length, features] to [length, outputs]."""
    g = torch.Generator().manual_seed(seed)
    x = draw(g, time, rows, len(lengths)).requires_grad_()
    leaves = {k: draw(g, *shape).requires_grad_() for k, shape in parameters.items()}
    columns = []
    for b, n in enumerate(lengths):
        y = layer(x[:n, :, b], **leaves)
        columns.append(F.pad(y, (0, 0, 0, time - n)))
    y = torch.stack(columns, 2)
    slope = draw(g, *y.shape)
    (y * slope).sum().backward()
    values = {"x": x, **leaves}
    return finish(kind, settings, time, lengths, values, y, slope, {k: v.grad for k, v in values.items()})


def conv_case(seed, time, lengths, inputs, outputs, width, dilation):
    def layer(x, weight, bias):
        kernel = weight.reshape(outputs, width, inputs).permute(0, 2, 1)
        y = F.conv1d(x.T[None], kernel, bias[:, 0], padding="same", dilation=dilation)
        return y[0].T

    size = {"inputs": inputs, "outputs": outputs, "width": width, "dilation": dilation}
    parameters = {"weight": (outputs, width * inputs), "bias": (outputs, 1)}
    return sentence_case(seed, "conv1d", {"size": size}, time, lengths, inputs, parameters, layer)


def conv_stack_case(seed, time, lengths, inputs, outputs, width, dilations, residual):
    def layer(x, **w):
        y = x.T[None]
        for i, dilation in enumerate(dilations):
            kernel = w[f"{i}.weight"].reshape(outputs, width, y.shape[1]).permute(0, 2, 1)
            next = torch.relu(F.conv1d(y, kernel, w[f"{i}.bias"][:, 0], padding="same", dilation=dilation))
            y = y + next if residual and y.shape == next.shape else next
        return y[0].T

    size = {"inputs": inputs, "outputs": outputs, "width": width, "dilations": dilations, "residual": residual}
    parameters = {}
    for i in range(len(dilations)):
        parameters[f"{i}.weight"] = (outputs, width * (inputs if i == 0 else outputs))
        parameters[f"{i}.bias"] = (outputs, 1)
    return sentence_case(seed, "conv-stack", {"size": size}, time, lengths, inputs, parameters, layer)


def batch_case(seed, kind, settings, time, lengths, features, parameters, layer):
    """layer maps one sentence [length, features] to [length, outputs]."""
    g = torch.Generator().manual_seed(seed)
    x = draw(g, len(lengths), time, features).requires_grad_()
    leaves = {k: draw(g, *shape, scale=0.5).requires_grad_() for k, shape in parameters.items()}
    y = torch.stack([F.pad(layer(x[b, :n], leaves), (0, 0, 0, time - n)) for b, n in enumerate(lengths)])
    slope = draw(g, *y.shape)
    (y * slope).sum().backward()
    values = {"x": x, **leaves}
    return finish(kind, settings, time, lengths, values, y, slope, {k: v.grad for k, v in values.items()})


def multi_head(x, w, heads, dim, rotary=False):
    """PyTorch's own function, or for rotary positions its kernel on queries and keys turned as complex numbers."""
    if not rotary:
        y, _ = F.multi_head_attention_forward(
            x[:, None], x[:, None], x[:, None], x.shape[1], heads, w["qkv"].T, w["qkvBias"], None, None, False, 0.0,
            w["output"].T, w["outputBias"])
        return y[:, 0]
    q, k, v = (F.linear(x, w["qkv"].T, w["qkvBias"]).reshape(len(x), 3, heads, -1).permute(1, 2, 0, 3))
    half = q.shape[-1] // 2
    angle = torch.arange(len(x))[:, None] * 10000.0 ** (-torch.arange(half) / half)
    turn = torch.polar(torch.ones_like(angle), angle)

    def turned(z):
        z = torch.complex(z[..., :half], z[..., half:]) * turn
        return torch.cat([z.real, z.imag], -1)

    y = F.scaled_dot_product_attention(turned(q), turned(k), v)
    return F.linear(y.permute(1, 0, 2).reshape(len(x), dim), w["output"].T, w["outputBias"])


def multi_head_case(seed, time, lengths, heads, inputs, dim, rotary):
    size = {"inputs": inputs, "heads": heads, "dim": dim, "outputs": inputs}
    parameters = {"qkv": (inputs, 3 * dim), "qkvBias": (3 * dim,), "output": (dim, inputs), "outputBias": (inputs,)}
    return batch_case(
        seed, "multi-head", {"size": size, "rotary": rotary}, time, lengths, inputs, parameters,
        lambda x, w: multi_head(x, w, heads, dim, rotary))


def dot_case(seed, time, lengths, features, scaled):
    def layer(x, _):
        return F.scaled_dot_product_attention(x[None], x[None], x[None], scale=None if scaled else 1.0)[0]

    return batch_case(seed, "dot", {"scaled": scaled}, time, lengths, features, {}, layer)


def additive_case(seed, time, lengths, inputs, units):
    def layer(x, w):
        pairs = torch.tanh((x @ w["query"])[:, None] + (x @ w["key"])[None] + w["bias"])
        return torch.softmax((pairs @ w["score"])[..., 0], 1) @ x

    parameters = {"query": (inputs, units), "key": (inputs, units), "bias": (units,), "score": (units, 1)}
    return batch_case(seed, "additive", {}, time, lengths, inputs, parameters, layer)


def transformer_case(seed, time, lengths, layers, positions, rows=0, **size):
    width, hidden = size["width"], size["feedForward"]
    net = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(
            width, size["heads"], hidden, 0.0, size["activation"], batch_first=True, norm_first=size["norm"] == "pre"),
        layers, nn.LayerNorm(width) if size["norm"] == "pre" else None, enable_nested_tensor=False)
    theirs = {
        "attention.qkv": "self_attn.in_proj_weight", "attention.qkvBias": "self_attn.in_proj_bias",
        "attention.output": "self_attn.out_proj.weight", "attention.outputBias": "self_attn.out_proj.bias",
        "attentionNorm.scale": "norm1.weight", "attentionNorm.bias": "norm1.bias",
        "feedForward.hidden": "linear1.weight", "feedForward.hiddenBias": "linear1.bias",
        "feedForward.output": "linear2.weight", "feedForward.outputBias": "linear2.bias",
        "feedForwardNorm.scale": "norm2.weight", "feedForwardNorm.bias": "norm2.bias",
    }
    names = {f"{i}.{ours}": f"layers.{i}.{name}" for i in range(layers) for ours, name in theirs.items()}
    if size["norm"] == "pre":
        names |= {"finalNorm.scale": "norm.weight", "finalNorm.bias": "norm.bias"}
    own = dict(net.named_parameters())
    assert sorted(names.values()) == sorted(own)
    parameters = {ours: tuple(reversed(own[name].shape)) for ours, name in names.items()}
    if positions == "learned":
        parameters["positions"] = (rows, width)

    def layer(x, w):
        steps = torch.arange(len(x))
        if positions == "learned":
            x = x + w["positions"][steps.clamp(max=rows - 1)]
        if positions == "sinusoidal":
            angle = steps[:, None] / 10000.0 ** (2 * torch.arange(width // 2) / width)
            x = x + torch.stack([angle.sin(), angle.cos()], 2).reshape(len(x), width)
        return torch.func.functional_call(net, {name: w[ours].T for ours, name in names.items()}, (x[None],))[0]

    settings = {"size": size, "layers": layers, "positions": positions}
    return batch_case(seed, "transformer", settings, time, lengths, width, parameters, layer)


def linear_case(seed, time, lengths, inputs, outputs):
    return sentence_case(
        seed, "linear", {"size": {"inputs": inputs, "outputs": outputs}}, time, lengths, inputs,
        {"weight": (outputs, inputs), "bias": (outputs, 1)},
        lambda x, weight, bias: F.linear(x, weight, bias[:, 0]))


def norm_case(seed, time, lengths, features):
    return sentence_case(
        seed, "layer-norm", {}, time, lengths, features,
        {"scale": (features, 1), "bias": (features, 1)},
        lambda x, scale, bias: F.layer_norm(x, (features,), scale[:, 0], bias[:, 0], eps=1e-5))


def highway_case(seed, time, lengths, size):
    def layer(x, weight, bias):
        h, t = F.linear(x, weight, bias[:, 0]).split(size, 1)
        t = torch.sigmoid(t)
        return t * torch.relu(h) + (1 - t) * x

    return sentence_case(
        seed, "highway", {"size": size}, time, lengths, size, {"weight": (2 * size, size), "bias": (2 * size, 1)}, layer)


def embedding_case(seed, time, lengths, rows, dim):
    g = torch.Generator().manual_seed(seed)
    table = draw(g, rows, dim).requires_grad_()
    ids = torch.randint(rows, (time, len(lengths)), generator=g)
    y = F.embedding(ids, table).permute(0, 2, 1) * token_mask(time, lengths)
    slope = draw(g, *y.shape)
    (y * slope).sum().backward()
    return finish("embedding", {}, time, lengths, {"table": table, "ids": ids}, y, slope, {"table": table.grad})


cases = [
    recurrent_case(1, "lstm", 5, [5, 3, 1, 4], 3, 4, 2, 1),
    recurrent_case(2, "lstm", 4, [2, 3], 3, 4, 1, 1),
    recurrent_case(3, "lstm", 5, [4, 2, 5], 2, 3, 2, 2),
    recurrent_case(4, "lstm", 1, [1], 1, 1, 1, 3),
    recurrent_case(5, "gru", 5, [5, 3, 1, 4], 3, 4, 2, 1),
    recurrent_case(6, "gru", 4, [2, 3], 3, 4, 1, 1),
    recurrent_case(7, "gru", 5, [4, 2, 5], 2, 3, 2, 2),
    recurrent_case(8, "gru", 1, [1], 1, 1, 1, 3),
    conv_case(9, 6, [6, 1, 4], 3, 4, 3, 1),
    conv_case(10, 6, [5, 3], 2, 3, 3, 2),
    conv_case(11, 5, [4, 5], 2, 2, 4, 1),
    linear_case(12, 4, [4, 2], 3, 5),
    norm_case(13, 4, [3, 4], 5),
    highway_case(14, 4, [4, 1], 3),
    embedding_case(15, 5, [5, 3, 2], 6, 3),
    conv_stack_case(16, 6, [6, 3], 2, 3, 3, [1, 2, 1], True),
    dot_case(17, 4, [4, 2], 3, False),
    dot_case(18, 4, [3, 4], 5, True),
    additive_case(19, 4, [4, 1], 3, 5),
    multi_head_case(20, 5, [5, 2], 3, 6, 6, False),
    multi_head_case(21, 5, [3, 5], 2, 3, 12, True),
    transformer_case(22, 4, [4, 2], 2, "none", width=6, heads=2, feedForward=5, norm="pre", activation="gelu"),
    transformer_case(23, 4, [3, 4], 2, "sinusoidal", width=6, heads=3, feedForward=5, norm="post", activation="relu"),
    transformer_case(24, 5, [5, 3], 1, "learned", 3, width=4, heads=2, feedForward=8, norm="post", activation="gelu"),
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.json")
with open(path, "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
print(path)
