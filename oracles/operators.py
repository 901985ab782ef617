"""PyTorch's numbers for the graph engine's tests: operators, an LSTM, a CRF, and a small exported encoder.

Writes operators.json beside itself. Everything is computed in double precision from a fixed seed; the loss is always
sum(sin(0.75 * y)), summed over all outputs, so that a gradient rule that ignores the incoming gradient would be detected.

    pip install torch==2.13.0 onnx
    python oracles/operators.py
"""

import base64
import json
import os
import tempfile
import warnings

import torch
import torch.nn.functional as F

warnings.filterwarnings("ignore")
torch.manual_seed(20)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    values = tensor.detach().flatten().tolist()
    return {"shape": list(tensor.shape), "data": [float(f"{value:.10g}") for value in values]}


def rand(*shape, low=-2.0, high=2.0):
    # Exact in float32, so that both sides start from the same numbers
    values = torch.rand(*shape) * (high - low) + low
    return values.float().double()


def loss_of(outputs):
    return sum(torch.sin(0.75 * y).sum() for y in outputs)


def run(name, function, inputs):
    leaves = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    outputs = function(*leaves)
    outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
    outputs = [y for y in outputs if y.is_floating_point()]
    floats = [x for x in leaves if x.requires_grad]
    loss = loss_of(outputs)
    found = torch.autograd.grad(loss, floats, allow_unused=True)
    return {
        "name": name,
        "inputs": [{**numbers(x), "type": "float32" if x.is_floating_point() else "int64"} for x in leaves],
        "outputs": [numbers(y) for y in outputs],
        "gradients": [numbers(torch.zeros_like(x) if d is None else d) for x, d in zip(floats, found)],
        "loss": float(loss),
    }


index = torch.tensor
OPERATORS = [
    ("abs", torch.abs, [rand(2, 3)]),
    ("cos", torch.cos, [rand(4)]),
    ("elu", lambda x: F.elu(x, 0.5), [rand(2, 3)]),
    ("erf", torch.erf, [rand(9, low=-4, high=4)]),
    ("exp", torch.exp, [rand(2, 3)]),
    ("gelu", F.gelu, [rand(9, low=-4, high=4)]),
    ("hardSwish", F.hardswish, [rand(9, low=-5, high=5)]),
    ("hardSwish at its bends", F.hardswish, [index([-3.0, 0.0, 3.0])]),
    ("leakyRelu", lambda x: F.leaky_relu(x, 0.1), [rand(2, 3)]),
    ("log", torch.log, [rand(2, 3, low=0.1)]),
    ("neg", torch.neg, [rand(3)]),
    ("reciprocal", torch.reciprocal, [rand(3, low=0.5)]),
    ("relu", torch.relu, [rand(2, 3)]),
    ("sigmoid", torch.sigmoid, [rand(2, 3)]),
    ("sin", torch.sin, [rand(3)]),
    ("softplus", F.softplus, [rand(2, 3)]),
    ("softsign", F.softsign, [rand(2, 3)]),
    ("sqrt", torch.sqrt, [rand(3, low=0.1)]),
    ("tanh", torch.tanh, [rand(2, 3)]),
    ("add", torch.add, [rand(2, 1, 3), rand(4, 1)]),
    ("sub", torch.sub, [rand(2, 3), rand(3)]),
    ("mul", torch.mul, [rand(2, 1), rand(3)]),
    ("div", torch.div, [rand(2, 3), rand(2, 1, low=0.5)]),
    ("pow", torch.pow, [rand(2, 3, low=0.3), rand(3)]),
    ("cube", lambda x: x**3, [rand(2, 3)]),
    ("fmod", torch.fmod, [rand(2, 3, low=0.1, high=5), rand(3, low=0.5)]),
    ("max", torch.maximum, [rand(2, 3), rand(3)]),
    ("min", torch.minimum, [rand(2, 3), rand(3)]),
    ("max of equals", torch.maximum, [index([1.0, 2.0, 3.0]), index([1.0, 5.0, 3.0])]),
    ("clip", lambda x: torch.clamp(x, -0.5, 0.75), [rand(2, 3)]),
    ("where", lambda a, b: torch.where(a > b, a, b * 2), [rand(2, 3), rand(3)]),
    ("reduceL1", lambda x: x.abs().sum(1), [rand(2, 3)]),
    ("reduceL2", lambda x: torch.linalg.vector_norm(x, dim=1), [torch.cat([rand(2, 3), torch.zeros(1, 3)])]),
    ("reduceLogSumExp", lambda x: torch.logsumexp(x, 1), [rand(2, 3)]),
    ("reduceMax", lambda x: torch.amax(x, 1), [rand(2, 3)]),
    ("reduceMax of equals", lambda x: torch.amax(x, (0, 1)), [index([[1.0, 3.0], [3.0, 3.0]])]),
    ("reduceMean", lambda x: x.mean((0, 2)), [rand(2, 3, 2)]),
    ("reduceMin", lambda x: torch.amin(x, 0), [rand(2, 3)]),
    ("reduceProd", lambda x: x.prod(1), [index([[1.5, 0.0, 2.0], [0.0, 0.0, 3.0], [2.0, -1.0, 0.5]])]),
    ("reduceSum", lambda x: x.sum((0, 1)), [rand(2, 3)]),
    ("reduceSumSquare", lambda x: (x * x).sum(1), [rand(2, 3)]),
    ("cumSum", lambda x: x.cumsum(1), [rand(2, 4)]),
    ("topK", lambda x: x.topk(2, dim=1)[0], [rand(3, 5)]),
    ("sort", lambda x: x.sort(dim=0)[0], [rand(4, 2)]),
    ("softmax", lambda x: F.softmax(x, -1), [rand(2, 3)]),
    ("softmax axis 1", lambda x: F.softmax(x, 1), [rand(2, 3, 2)]),
    ("logSoftmax", lambda x: F.log_softmax(x, -1), [rand(2, 3)]),
    ("layerNormalization", lambda x, w, b: F.layer_norm(x, (4,), w, b), [rand(2, 3, 4), rand(4), rand(4)]),
    ("layerNormalization axis 1", lambda x, w, b: F.layer_norm(x, (3, 2), w, b), [rand(2, 3, 2), rand(3, 2), rand(3, 2)]),
    ("matMul", torch.matmul, [rand(2, 3), rand(3, 4)]),
    ("matMul vectors", torch.matmul, [rand(3), rand(3)]),
    ("matMul weight", torch.matmul, [rand(2, 2, 3), rand(3, 4)]),
    ("matMul batches", torch.matmul, [rand(2, 1, 2, 3), rand(3, 3, 2)]),
    ("fusedMatMul", lambda a, b: 0.5 * a.transpose(-1, -2) @ b.transpose(-1, -2), [rand(2, 3, 2), rand(2, 4, 3)]),
    ("gemm", lambda a, b, c: 0.5 * a.T @ b.T + 2 * c, [rand(3, 2), rand(4, 3), rand(4)]),
    ("conv", lambda x, w, b: F.conv1d(x, w, b, padding=1), [rand(2, 3, 5), rand(4, 3, 3), rand(4)]),
    ("conv strided", lambda x, w: F.conv1d(x, w, stride=3, padding=1, dilation=2), [rand(2, 2, 9), rand(3, 2, 2)]),
    ("conv groups", lambda x, w: F.conv1d(x, w, groups=2), [rand(2, 4, 4), rand(6, 2, 3)]),
    ("convTranspose", lambda x, w, b: F.conv_transpose1d(x, w, b, stride=2, padding=1, output_padding=1), [rand(2, 3, 4), rand(3, 2, 3), rand(2)]),
    ("maxPool", lambda x: F.max_pool1d(x, 3, 2, 1), [rand(2, 2, 6)]),
    ("concat", lambda a, b: torch.cat([a, b], 1), [rand(2, 3), rand(2, 1)]),
    ("split", lambda x: x.split([1, 2], 1), [rand(2, 3)]),
    ("slice", lambda x: x[1:-1, ::2], [rand(4, 5)]),
    ("pad", lambda x: F.pad(x, (1, 2, 0, 1), value=3), [rand(2, 3)]),
    ("tile", lambda x: x.repeat(2, 3), [rand(2, 2)]),
    ("expand", lambda x: x.expand(3, 2, 4), [rand(2, 1)]),
    ("transpose", lambda x: x.permute(2, 0, 1), [rand(2, 3, 4)]),
    ("trilu", lambda x: torch.triu(x, 1) + torch.tril(x, -1), [rand(3, 4)]),
    ("gather", lambda x, i: F.embedding(i, x), [rand(4, 2), index([[3, 0], [3, 1]])]),
    ("gather axis 1", lambda x, i: x.index_select(1, i), [rand(2, 4, 2), index([3, 3, 0])]),
    ("gatherElements", lambda x, i: x.gather(1, i), [rand(2, 3), index([[2, 0], [1, 1]])]),
    ("gatherND", lambda x, i: x[i[:, 0], i[:, 1]], [rand(3, 2), index([[2, 1], [0, 0], [2, 1]])]),
    ("scatterElements add", lambda x, i, u: x.scatter_add(0, i, u), [rand(3, 2), index([[1, 1], [1, 0]]), rand(2, 2)]),
    ("scatterND add", lambda x, i, u: x.index_put((i[:, 0],), u, accumulate=True), [rand(4, 2), index([[3], [3], [0]]), rand(3, 2)]),
]

LENGTHS = [4, 2, 1]
HIDDEN, SIZE, TAGS = 3, 2, 3


def lstm(direction):
    """One direction of torch.nn.LSTM over padded sentences; weights as one matrix [h, x, 1] with gates i, f, g, o."""

    def forward(x, w):
        layer = torch.nn.LSTM(SIZE, HIDDEN)
        parts = {
            "weight_hh_l0": w[:, :HIDDEN],
            "weight_ih_l0": w[:, HIDDEN : HIDDEN + SIZE],
            "bias_ih_l0": w[:, -1],
            "bias_hh_l0": torch.zeros(4 * HIDDEN),
        }
        rows = []
        for b, length in enumerate(LENGTHS):
            sentence = x[:length, b : b + 1]
            if direction == "reverse":
                sentence = sentence.flip(0)
            y = torch.func.functional_call(layer, parts, (sentence,))[0]
            if direction == "reverse":
                y = y.flip(0)
            rows.append(F.pad(y, (0, 0, 0, 0, 0, len(x) - length)))
        return torch.cat(rows, 1)

    return run(f"lstm {direction}", forward, [rand(4, 3, SIZE), rand(4 * HIDDEN, HIDDEN + SIZE + 1, low=-1, high=1)])


def crf():
    """log Z of every sentence by enumeration of all paths; the loss is their sum's gradient as everywhere."""
    import itertools

    def forward(emissions, transitions, start, end):
        results = []
        for b, length in enumerate(LENGTHS):
            scores = []
            for path in itertools.product(range(TAGS), repeat=length):
                score = start[path[0]] + end[path[-1]] + sum(emissions[t, b, k] for t, k in enumerate(path))
                score = score + sum(transitions[a, c] for a, c in zip(path, path[1:]))
                scores.append(score)
            results.append(torch.logsumexp(torch.stack(scores), 0))
        return torch.stack(results)

    return run("crf", forward, [rand(4, 3, TAGS), rand(TAGS, TAGS), rand(TAGS), rand(TAGS)])


class Block(torch.nn.Module):
    """An encoder layer as in BERT (Devlin et al. 2019): attention, residual, norm, gelu, residual, norm."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.dim = heads, dim
        self.query, self.key, self.value, self.dense = (torch.nn.Linear(dim, dim) for _ in range(4))
        self.up, self.down = torch.nn.Linear(dim, 2 * dim), torch.nn.Linear(2 * dim, dim)
        self.norm1, self.norm2 = torch.nn.LayerNorm(dim), torch.nn.LayerNorm(dim)

    def forward(self, x, mask):
        def split(y):
            return y.view(y.size(0), y.size(1), self.heads, self.dim // self.heads).permute(0, 2, 1, 3)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = q @ k.transpose(-1, -2) / (self.dim // self.heads) ** 0.5 + mask
        mixed = (F.softmax(scores, -1) @ v).permute(0, 2, 1, 3).contiguous()
        x = self.norm1(x + self.dense(mixed.view(x.size(0), x.size(1), self.dim)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Encoder(torch.nn.Module):
    def __init__(self, words=7, dim=4, heads=2, tags=3):
        super().__init__()
        self.words, self.places = torch.nn.Embedding(words, dim), torch.nn.Embedding(6, dim)
        self.norm = torch.nn.LayerNorm(dim)
        self.blocks = torch.nn.ModuleList([Block(dim, heads)])
        self.head = torch.nn.Linear(dim, tags)

    def forward(self, ids, mask):
        places = torch.arange(ids.size(1)).unsqueeze(0).expand_as(ids)
        x = self.norm(self.words(ids) + self.places(places))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for block in self.blocks:
            x = block(x, bias)
        return F.log_softmax(self.head(x), -1)


def encoder(opset):
    torch.manual_seed(5)
    model = Encoder().float()
    # The exporter shares parameters that are equal, as those of fresh norms are
    for parameter in model.parameters():
        if parameter.dim() == 1:
            parameter.data += 0.1 * torch.randn(parameter.shape).float()
    ids, mask = index([[1, 2, 3, 4], [5, 6, 0, 0]]), index([[1, 1, 1, 1], [1, 1, 0, 0]])
    path = os.path.join(tempfile.mkdtemp(), "encoder.onnx")
    axes = {"ids": {0: "batch", 1: "time"}, "mask": {0: "batch", 1: "time"}, "y": {0: "batch", 1: "time"}}
    torch.onnx.export(model, (ids, mask), path, dynamo=False, opset_version=opset, input_names=["ids", "mask"], output_names=["y"], dynamic_axes=axes)
    with open(path, "rb") as file:
        content = file.read()
    model = model.double()
    y = model(ids, mask)
    loss = loss_of([y])
    loss.backward()
    gradients = {name: numbers(value.grad) for name, value in model.named_parameters()}
    values = {name: numbers(value) for name, value in model.named_parameters()}
    return {
        "opset": opset,
        "model": base64.b64encode(content).decode(),
        "ids": numbers(ids),
        "mask": numbers(mask),
        "y": numbers(y),
        "loss": float(loss),
        "parameters": values,
        "gradients": gradients,
    }


result = {
    "torch": torch.__version__,
    "operators": [run(*case) for case in OPERATORS],
    "layers": [lstm("forward"), lstm("reverse"), crf()],
    "lengths": LENGTHS,
    "encoders": [encoder(14), encoder(17)],
}
target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operators.json")
with open(target, "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
print(f"{target}: {os.path.getsize(target)} bytes, {len(OPERATORS)} operators")
