"""What the PyTorch taggers of `bench/training-step.mjs` share: our initial parameters, and the commands that they answer.

Reads commands from stdin, a JSON object a line, and answers with one a line:

    {"do": "load", "file": …}    data, sizes and initial parameters
    {"do": "loss"}               loss of the first batch without dropout
    {"do": "train", "batches": [[…], …]}   one update a batch; answers seconds of each
    {"do": "tag", "batches": [[…], …]}     tags each batch; answers seconds of each
    {"do": "logits", "batch": […]}         emissions of each sentence, longest first
"""
import json
import sys
import time

import torch
from torch import nn


def read_data(path):
    with open(path) as file:
        return json.load(file)


def set_parameters(model, data, directions):
    """`directions`: of each direction its LSTM and the ending of its parameters' names."""
    hidden = data["sizes"]["hidden"]
    p = {k: torch.tensor(v["values"]).reshape(v["shape"]) for k, v in data["parameters"].items()}
    with torch.no_grad():
        for table, spec in zip(model.tables, data["sizes"]["tables"]):
            table.weight.copy_(p[spec["name"]])
        model.characters.weight.copy_(p["input.characters"])
        filters = p["input.characterFilters"].reshape(data["sizes"]["characterDim"], 3, -1)
        model.convolution.weight.copy_(filters.permute(2, 0, 1))
        model.convolution.bias.copy_(p["input.characterBias"])
        for direction, (lstm, suffix) in enumerate(directions):
            # Gates i, f, o, g to PyTorch's i, f, g, o; columns recurrent, input, bias, padding flag.
            w = p["encoder.0.0.weight"][direction].reshape(4, hidden, -1)[[0, 1, 3, 2]].reshape(4 * hidden, -1)
            getattr(lstm, "weight_hh_l0" + suffix).copy_(w[:, :hidden])
            getattr(lstm, "weight_ih_l0" + suffix).copy_(w[:, hidden:-2])
            getattr(lstm, "bias_ih_l0" + suffix).copy_(w[:, -2])
            getattr(lstm, "bias_hh_l0" + suffix).zero_()
        model.output.weight.copy_(p["decoder.weight"])
        model.output.bias.copy_(p["decoder.bias"].flatten())
        model.transitions.copy_(p["decoder.transitions"])
        model.start.copy_(p["decoder.start"].flatten())
        model.end.copy_(p["decoder.end"].flatten())


def answer_commands(version, load, collate):
    """`load(path)` gives the model and its data, `collate(data, indices)` a batch; `model.rows(batch)` the emissions of each sentence."""
    model, data, dense, optimizers = None, None, [], []
    for line in sys.stdin:
        command = json.loads(line)
        answer = {}
        if command["do"] == "load":
            model, data = load(command["file"])
            # Tables with sparse gradients have an optimizer of their own, which leaves rows without a gradient alone.
            is_lazy = any(table.sparse for table in model.tables)
            dense = [
                p
                for name, p in model.named_parameters()
                if p.requires_grad and not (is_lazy and name.startswith("tables."))
            ]
            optimizers = [torch.optim.Adam(dense, lr=0.0015, fused=True)]
            if is_lazy:
                optimizers.append(torch.optim.SparseAdam(list(model.tables.parameters()), lr=0.0015))
            answer = {"version": version}
        elif command["do"] == "loss":
            model.eval()
            answer = {"loss": model.loss(collate(data, command["batch"])).item()}
        elif command["do"] == "train":
            model.train()
            seconds = []
            for indices in command["batches"]:
                began = time.perf_counter()
                batch = collate(data, indices)
                for optimizer in optimizers:
                    optimizer.zero_grad(set_to_none=True)
                loss = model.loss(batch)
                loss.backward()
                nn.utils.clip_grad_norm_(dense, 5.0)
                for optimizer in optimizers:
                    optimizer.step()
                loss.item()
                seconds.append(time.perf_counter() - began)
            answer = {"seconds": seconds}
        elif command["do"] == "logits":
            model.eval()
            with torch.inference_mode():
                rows = model.rows(collate(data, command["batch"]))
            answer = {"logits": [row.flatten().tolist() for row in rows]}
        elif command["do"] == "tag":
            model.eval()
            seconds = []
            with torch.inference_mode():
                for indices in command["batches"]:
                    began = time.perf_counter()
                    model.decode(collate(data, indices))
                    seconds.append(time.perf_counter() - began)
            answer = {"seconds": seconds}
        print(json.dumps(answer), flush=True)
