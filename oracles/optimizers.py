"""Writes optimizers.json: what PyTorch's optimizers, gradient clipping, averaged weights and schedulers compute.

    pip install torch==2.13.0
    python oracles/optimizers.py > oracles/optimizers.json
"""

import json
import math
import random
import sys

import torch
from torch.optim import lr_scheduler as schedulers
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

random.seed(11)
torch.set_num_threads(1)
STEPS = 12
SHAPES = {"matrix": [7, 5], "bias": [3]}
TABLE = [9, 5]


def numbers(count, deviation):
    return [round(random.gauss(0, deviation), 4) for _ in range(count)]


def tensor(values, shape):
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def plain(t):
    return t.detach().reshape(-1).tolist()


INITIAL = {name: numbers(math.prod(shape), 1) for name, shape in SHAPES.items()}
INITIAL["table"] = numbers(math.prod(TABLE), 1)
RATES = [round(0.05 / (1 + 0.1 * step), 6) for step in range(STEPS)]
# The scale varies by four orders of magnitude; one element of each gradient stays zero.
GRADIENTS = [
    {name: [0.0] + numbers(math.prod(shape) - 1, 10 ** random.uniform(-3, 1)) for name, shape in SHAPES.items()}
    for _ in range(STEPS)
]
ROWS = [sorted(random.sample(range(TABLE[0]), random.randint(1, 4)), key=lambda _: random.random()) for _ in range(STEPS)]
ROW_GRADIENTS = [numbers(len(rows) * TABLE[1], 1) for rows in ROWS]


def dense(make, clip=None, accumulate=1):
    parameters = {name: torch.nn.Parameter(tensor(INITIAL[name], shape)) for name, shape in SHAPES.items()}
    optimizer = make(parameters)
    values, norms = [], []
    for step in range(0, STEPS, accumulate):
        for name, parameter in parameters.items():
            grads = [tensor(GRADIENTS[step + k][name], SHAPES[name]) for k in range(accumulate)]
            parameter.grad = torch.stack(grads).sum(0) / accumulate
        if clip is not None:
            norms.append(float(torch.nn.utils.clip_grad_norm_(parameters.values(), clip)))
        for group in optimizer.param_groups:
            group["lr"] = RATES[step]
        optimizer.step()
        values.append({name: plain(parameter) for name, parameter in parameters.items()})
    return {"values": values, **({"norms": norms} if clip is not None else {})}


def resting_rows(make):
    table = torch.nn.Parameter(tensor(INITIAL["table"], TABLE))
    optimizer = make([table])
    values = []
    for step in range(STEPS):
        rows = torch.tensor([ROWS[step]])
        gradient = tensor(ROW_GRADIENTS[step], [len(ROWS[step]), TABLE[1]])
        table.grad = torch.sparse_coo_tensor(rows, gradient, TABLE)
        for group in optimizer.param_groups:
            group["lr"] = RATES[step]
        optimizer.step()
        values.append({"table": plain(table)})
    return {"values": values}


def rows(make):
    """A table whose gradient is zero except in a few rows, as that of torch.nn.Embedding."""
    table = torch.nn.Parameter(tensor(INITIAL["table"], TABLE))
    optimizer = make([table])
    values = []
    for step in range(STEPS):
        table.grad = torch.zeros(TABLE)
        table.grad[ROWS[step]] = tensor(ROW_GRADIENTS[step], [len(ROWS[step]), TABLE[1]])
        for group in optimizer.param_groups:
            group["lr"] = RATES[step]
        optimizer.step()
        values.append({"table": plain(table)})
    return {"values": values}


def grouped(parameters, decay):
    return [{"params": [parameters["matrix"]], "weight_decay": decay}, {"params": [parameters["bias"]], "weight_decay": 0.0}]


def averaged(multi_avg_fn):
    module = torch.nn.Module()
    module.matrix = torch.nn.Parameter(tensor(INITIAL["matrix"], SHAPES["matrix"]))
    model = AveragedModel(module, multi_avg_fn=multi_avg_fn)
    result = []
    for step in range(STEPS):
        with torch.no_grad():
            module.matrix.sub_(RATES[step] * tensor(GRADIENTS[step]["matrix"], SHAPES["matrix"]))
        model.update_parameters(module)
        result.append(plain(model.module.matrix))
    return result


def schedule(make, steps, base=0.1, scores=None):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
    scheduler = make(optimizer)
    rates = []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([] if scores is None else [scores[step]]))
    return rates


O = torch.optim
CASES = {
    "sgd": dense(lambda p: O.SGD(p.values(), lr=1)),
    "sgd momentum, weight decay by group": dense(lambda p: O.SGD(grouped(p, 0.1), lr=1, momentum=0.9)),
    "sgd nesterov": dense(lambda p: O.SGD(p.values(), lr=1, momentum=0.8, nesterov=True)),
    "adam": dense(lambda p: O.Adam(p.values(), lr=1)),
    "adam, weight decay by group": dense(lambda p: O.Adam(grouped(p, 0.1), lr=1, betas=(0.8, 0.99), eps=1e-3)),
    "adamw, weight decay by group": dense(lambda p: O.AdamW(grouped(p, 0.3), lr=1)),
    "adam, clipped": dense(lambda p: O.Adam(p.values(), lr=1), clip=1.0),
    "sgd, clipped": dense(lambda p: O.SGD(p.values(), lr=1), clip=2.5),
    "adam, accumulated over 3": dense(lambda p: O.Adam(p.values(), lr=1), accumulate=3),
    "rmsprop": dense(lambda p: O.RMSprop(p.values(), lr=1)),
    "rmsprop momentum, weight decay by group": dense(
        lambda p: O.RMSprop(grouped(p, 0.1), lr=1, alpha=0.9, eps=1e-4, momentum=0.7)
    ),
    "resting rows: adam": resting_rows(lambda p: O.SparseAdam(p, lr=1, betas=(0.9, 0.98), eps=1e-5)),
    "resting rows: sgd": resting_rows(lambda p: O.SGD(p, lr=1)),
    "rows: adam": rows(lambda p: O.Adam(p, lr=1, betas=(0.9, 0.98), eps=1e-5)),
    "rows: adam, weight decay": rows(lambda p: O.Adam(p, lr=1, weight_decay=0.1)),
    "rows: adamw": rows(lambda p: O.AdamW(p, lr=1, weight_decay=0.3)),
    "rows: sgd": rows(lambda p: O.SGD(p, lr=1)),
    "rows: sgd momentum": rows(lambda p: O.SGD(p, lr=1, momentum=0.9)),
    "rows: rmsprop": rows(lambda p: O.RMSprop(p, lr=1, alpha=0.9)),
    "rows: rmsprop momentum": rows(lambda p: O.RMSprop(p, lr=1, alpha=0.9, momentum=0.7)),
}

SCORES = [0.1, 0.3, 0.3, 0.29, 0.31, 0.31, 0.3, 0.2, 0.31, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]
SCHEDULES = {
    "step": schedule(lambda o: schedulers.StepLR(o, 3, 0.5), 12),
    "exponential": schedule(lambda o: schedulers.ExponentialLR(o, 0.9), 12),
    "one-cycle": schedule(
        lambda o: schedulers.OneCycleLR(
            o, 0.1, total_steps=40, pct_start=0.3, div_factor=25, final_div_factor=1e4, cycle_momentum=False
        ),
        39,
    ),
    "linear-warmup": schedule(lambda o: schedulers.LinearLR(o, start_factor=1 / 8, total_iters=7), 12),
    "plateau": schedule(
        lambda o: schedulers.ReduceLROnPlateau(
            o, mode="max", factor=0.5, patience=2, threshold=0.0, threshold_mode="abs", min_lr=0.02
        ),
        len(SCORES),
        scores=SCORES,
    ),
}

json.dump(
    {
        "torch": torch.__version__.split("+")[0],
        "shapes": {**SHAPES, "table": TABLE},
        "initial": INITIAL,
        "rates": RATES,
        "gradients": GRADIENTS,
        "rows": ROWS,
        "rowGradients": ROW_GRADIENTS,
        "cases": CASES,
        "averages": {"ema": averaged(get_ema_multi_avg_fn(0.9)), "swa": averaged(None)},
        "scores": SCORES,
        "schedules": SCHEDULES,
    },
    sys.stdout,
)
print()
