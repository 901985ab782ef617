"""PyTorch's numbers for the layers (src/layers), in float64, as bench/oracles/layers.json.

    pip install torch==2.13.0
    python bench/oracles/layers.py

Recurrent layers run on packed sequences; the others on each sentence alone, so that padding cannot matter. Inputs are
[time, features, batch]. The loss is sum(y * slope) over the tokens, and the weights stand in this project's layouts:

- lstm: [directions, 4·hidden, hidden + inputs + 2], gates i, f, o, g; columns recurrent, input, bias, padding flag
- gru: input [directions, 3·hidden, inputs + 2], recurrent [directions, 3·hidden, hidden], gates r, z, n, and the
  candidate's bias [directions, hidden, 1]
- conv1d: [outputs, width·inputs]
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
                # PyTorch's second bias is redundant but for the GRU's candidate.
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
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.json")
with open(path, "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
print(path)
