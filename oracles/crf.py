"""Writes crf.json: what python-crfsuite 0.9.12 and scipy 1.17 say about small problems. usage: crf.py > crf.json"""
import json, math, random, struct, tempfile
import numpy as np
import pycrfsuite
from scipy.optimize import minimize

random.seed(3)
LABELS = ["O", "B-X", "I-X"]
WORDS = ["ada", "bea", "cleo", "in", "on", "rome", "x1"]


def sentence():
    words = [random.choice(WORDS) for _ in range(random.randint(1, 7))]
    tags = []
    for i, w in enumerate(words):
        if w in ("ada", "bea", "rome") and random.random() < 0.9:
            tags.append("I-X" if i and tags[-1] != "O" and random.random() < 0.6 else "B-X")
        else:
            tags.append("O")
    feats = [["w=" + w, "n=%d" % len(w)] + (["p=" + words[i - 1]] if i else ["first"]) for i, w in enumerate(words)]
    return feats, tags


def crfsuite():
    data = [sentence() for _ in range(40)]
    trainer = pycrfsuite.Trainer(verbose=False)
    for feats, tags in data:
        trainer.append(feats, tags)
    trainer.set_params({"c1": 0, "c2": 0.05, "max_iterations": 12, "feature.possible_transitions": True})
    path = tempfile.mktemp()
    trainer.train(path)
    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    raw = open(path, "rb").read()
    offset = struct.unpack_from("<I", raw, 28)[0]
    assert raw[offset : offset + 4] == b"FEAT"
    number = struct.unpack_from("<I", raw, offset + 8)[0]
    labels = tagger.labels()
    attributes = list(dict.fromkeys(f for feats, _ in data for token in feats for f in token))
    state, steps = [], []
    for i in range(number):
        kind, src, dst, weight = struct.unpack_from("<IIId", raw, offset + 12 + 20 * i)
        if kind == 0:
            state.append([attributes[src], labels[dst], weight])
        else:
            steps.append([labels[src], labels[dst], weight])
    # The text dump has the same weights by name, with six digits.
    info = tagger.info()
    for name, label, weight in state:
        assert abs(info.state_features[(name, label)] - weight) < 1e-6
    for a, b, weight in steps:
        assert abs(info.transitions[(a, b)] - weight) < 1e-6
    logs = []
    for feats, tags in data:
        tagger.set(feats)
        logs.append(math.log(tagger.probability(tags)))
    return {
        "labels": LABELS,
        "sentences": [{"features": f, "tags": t, "logProbability": p} for (f, t), p in zip(data, logs)],
        "state": state,
        "transitions": steps,
    }


def convex():
    """Logistic regression with penalties on squares and on absolute values."""
    rng = np.random.default_rng(5)
    problems = []
    for l1, l2 in [(0.0, 0.1), (0.0, 1.0), (0.5, 0.0), (2.0, 0.1)]:
        x = rng.normal(size=(30, 6))
        y = np.where(x @ np.array([2.0, -1, 0, 0, 0.5, 0]) + rng.normal(size=30) > 0, 1.0, -1.0)

        def loss(w):
            m = y * (x @ w)
            return np.logaddexp(0, -m).sum() + l2 * (w @ w), -(x.T @ (y / (1 + np.exp(m)))) + 2 * l2 * w

        # Absolute values by two parts of each weight that are not negative.
        def split(uv):
            u, v = uv[:6], uv[6:]
            f, g = loss(u - v)
            return f + l1 * uv.sum(), np.concatenate([g + l1, -g + l1])

        found = minimize(split, np.zeros(12), jac=True, method="L-BFGS-B", bounds=[(0, None)] * 12,
                         options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-11})
        w = found.x[:6] - found.x[6:]
        problems.append({"l1": l1, "l2": l2, "x": x.tolist(), "y": y.tolist(), "minimum": float(found.fun), "w": w.tolist()})
    return problems


print(json.dumps({"crfsuite": crfsuite(), "convex": convex()}))
