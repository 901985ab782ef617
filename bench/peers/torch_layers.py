"""The models of bench/layer-steps.mjs in PyTorch; the protocol is bench/lib/contender.mjs's.

All sequences are of one length, so nothing is packed. nn.LSTM's fused kernels, time-major as they like it, Adam's
fused kernel; the second bias of nn.LSTM, which no other implementation has, is zero and fixed.
"""
import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
torch.set_flush_denormal(True)


def fill_lstm(lstm, given):
    with torch.no_grad():
        for d, suffix in enumerate(["", "_reverse"][: 2 if lstm.bidirectional else 1]):
            getattr(lstm, "weight_ih_l0" + suffix).copy_(given[f"weight_ih.{d}"])
            getattr(lstm, "weight_hh_l0" + suffix).copy_(given[f"weight_hh.{d}"])
            getattr(lstm, "bias_ih_l0" + suffix).copy_(given[f"bias.{d}"])
            getattr(lstm, "bias_hh_l0" + suffix).zero_().requires_grad_(False)


class BiLstm(nn.Module):
    def __init__(self, sizes, given):
        super().__init__()
        self.lstm = nn.LSTM(sizes["inputs"], sizes["hidden"], bidirectional=True)
        fill_lstm(self.lstm, given)
        # The input needs a gradient, as if there were a layer below; it is not a parameter.
        self.x = given["x"].requires_grad_(True)

    def loss(self):
        self.x.grad = None
        return self.lstm(self.x)[0].square().sum(2).mean()


class CharLstm(nn.Module):
    def __init__(self, sizes, given):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(given["embedding"], freeze=False)
        self.lstm = nn.LSTM(sizes["inputs"], sizes["hidden"])
        fill_lstm(self.lstm, given)
        self.output = nn.Linear(sizes["hidden"], sizes["tags"])
        with torch.no_grad():
            self.output.weight.copy_(given["output.weight"])
            self.output.bias.copy_(given["output.bias"])
        self.ids, self.gold = given["ids"].long(), given["gold"].long().flatten()

    def loss(self):
        y, _ = self.lstm(self.embedding(self.ids))
        return F.cross_entropy(self.output(y).flatten(0, 1), self.gold)


class Transformer(nn.Module):
    def __init__(self, sizes, given):
        super().__init__()
        layer = nn.TransformerEncoderLayer(
            sizes["inputs"], sizes["heads"], sizes["feedForward"], dropout=0.0, activation="gelu", batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, sizes["layers"], enable_nested_tensor=False)
        self.output = nn.Linear(sizes["inputs"], sizes["tags"])
        with torch.no_grad():
            for i, layer in enumerate(self.encoder.layers):
                attention = layer.self_attn
                attention.in_proj_weight.copy_(given[f"{i}.qkv.weight"].T)
                attention.in_proj_bias.copy_(given[f"{i}.qkv.bias"])
                linears = {"attended": attention.out_proj, "hidden": layer.linear1, "transformed": layer.linear2}
                for name, linear in linears.items():
                    linear.weight.copy_(given[f"{i}.{name}.weight"].T)
                    linear.bias.copy_(given[f"{i}.{name}.bias"])
            self.output.weight.copy_(given["output.weight"].T)
            self.output.bias.copy_(given["output.bias"])
        self.x, self.gold = given["x"].requires_grad_(True), given["gold"].long().flatten()

    def loss(self):
        self.x.grad = None
        return F.cross_entropy(self.output(self.encoder(self.x)).flatten(0, 1), self.gold)


MODELS = {"bilstm": BiLstm, "char-lstm": CharLstm, "transformer": Transformer}


def read(path, tensors):
    raw = np.fromfile(path, dtype=np.uint8)
    out = {}
    for entry in tensors:
        length = int(np.prod(entry["shape"])) * 4
        values = raw[entry["offset"]:entry["offset"] + length].view(entry["type"]).reshape(entry["shape"])
        out[entry["name"]] = torch.tensor(values)
    return out


model, optimizer = None, None
for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "load":
        model = MODELS[command["model"]](command["sizes"], read(command["file"], command["tensors"]))
        learned = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.Adam(learned, lr=command["learningRate"], fused=True)
        answer = {"version": f"PyTorch {torch.__version__}"}
    else:
        seconds, losses = [], []
        for _ in range(command["steps"]):
            began = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            loss = model.loss()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            seconds.append(time.perf_counter() - began)
        answer = {"seconds": seconds, "losses": losses}
    print(json.dumps(answer), flush=True)
