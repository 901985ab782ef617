"""The BiLSTM-CNN-CRF tagger of `bench/training-step.mjs` as a careful PyTorch user writes it for a CPU.

As `torch_tagger.py`, with what makes it faster there: sentences are encoded into arrays once and collated with NumPy, the two
directions are padded LSTMs (oneDNN's kernel; a packed sequence has a slower one), and the CRF's forward pass multiplies
probabilities, which are scaled at each step, instead of adding logarithms. Answers the same commands.
"""
import sys

import numpy as np
import torch
from torch import nn

from torch_commands import answer_commands, read_data, set_parameters

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
torch.set_flush_denormal(True)


class Tagger(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        hidden, tags = sizes["hidden"], sizes["tags"]
        self.tables = nn.ModuleList(nn.Embedding(t["rows"], t["dim"], sparse=sizes["rows"] == "lazy") for t in sizes["tables"])
        inputs = sum(t["dim"] for t in sizes["tables"]) + sizes["filters"]
        self.characters = nn.Embedding(sizes["characters"], sizes["characterDim"], padding_idx=0)
        self.convolution = nn.Conv1d(sizes["characterDim"], sizes["filters"], 3, padding=1)
        self.forwards = nn.LSTM(inputs, hidden)
        self.backwards = nn.LSTM(inputs, hidden)
        self.output = nn.Linear(2 * hidden, tags)
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.start = nn.Parameter(torch.zeros(tags))
        self.end = nn.Parameter(torch.zeros(tags))
        self.dropout = nn.Dropout(0.5)

    def logits(self, batch):
        """Time first: [time, batch, tags]."""
        convolved = self.convolution(self.characters(batch["characters"]).transpose(1, 2))
        convolved = convolved.masked_fill(batch["no_character"].unsqueeze(1), -1e9)
        words = [table(ids) for table, ids in zip(self.tables, batch["ids"])] + [convolved.max(2)[0]]
        steps, size = batch["place"].shape
        x = torch.cat(words, 1).index_select(0, batch["place"].reshape(-1)).view(steps, size, -1)
        x = self.dropout(x)
        reverse = batch["reverse"]
        turned = x.reshape(steps * size, -1).index_select(0, reverse).view(steps, size, -1)
        right = self.forwards(x)[0]
        left = self.backwards(turned)[0].reshape(steps * size, -1).index_select(0, reverse).view(steps, size, -1)
        return self.output(self.dropout(torch.cat([right, left], 2)))

    def rows(self, batch):
        logits = self.logits(batch)
        return [logits[:n, b] for b, n in enumerate(batch["lengths"])]

    def loss(self, batch):
        emissions, mask, gold = self.logits(batch), batch["mask"], batch["tags"]
        steps, size, _ = emissions.shape
        top = emissions.max(2, keepdim=True)[0]
        weights = (emissions - top).exp().unbind(0)
        factors = self.transitions.exp()
        alpha = self.start.exp() * weights[0]
        total = alpha.sum(1, keepdim=True)
        alpha, totals = alpha / total, [total]
        for t in range(1, steps):
            step = (alpha @ factors) * weights[t]
            total = step.sum(1, keepdim=True)
            alpha = torch.where(mask[t].unsqueeze(1), step / total, alpha)
            totals.append(total)
        scaled = (torch.cat(totals, 1).log() * mask.T).sum(1)
        partition = scaled + (top.squeeze(2) * mask).sum(0) + (alpha @ self.end.exp()).log()
        path = (emissions.gather(2, gold.unsqueeze(2)).squeeze(2) * mask).sum(0)
        path = path + (self.transitions[gold[:-1], gold[1:]] * mask[1:]).sum(0)
        path = path + self.start[gold[0]] + self.end[gold[mask.sum(0) - 1, torch.arange(size)]]
        return (partition - path).mean()

    def decode(self, batch):
        emissions, mask = self.logits(batch).numpy(), batch["mask"].numpy()
        steps, size, tags = emissions.shape
        transitions, best = self.transitions.numpy(), self.start.numpy() + emissions[0]
        back = np.zeros((steps, size, tags), np.int64)
        for t in range(1, steps):
            scores = best[:, :, None] + transitions
            back[t] = scores.argmax(1)
            best = np.where(mask[t][:, None], scores.max(1) + emissions[t], best)
        last, lengths = (best + self.end.numpy()).argmax(1), mask.sum(0)
        paths = []
        for b in range(size):
            path = [int(last[b])]
            for t in range(lengths[b] - 1, 0, -1):
                path.append(int(back[t, b, path[-1]]))
            paths.append(path[::-1])
        return paths


def load(path):
    data = read_data(path)
    model = Tagger(data["sizes"])
    set_parameters(model, data, [(model.forwards, ""), (model.backwards, "")])
    for lstm in [model.forwards, model.backwards]:
        lstm.bias_hh_l0.requires_grad_(False)
    longest = max(map(len, data["characters"]))
    characters = np.zeros((len(data["characters"]), longest), np.int64)
    for row, own in enumerate(data["characters"]):
        characters[row, :len(own)] = own
    arrays = {
        "characters": characters,
        "lengths": np.array([len(own) for own in data["characters"]]),
        "ids": np.ascontiguousarray(np.array(data["ids"], np.int64).T),
        "sentences": [(np.array(s["forms"], np.int64), np.array(s["tags"], np.int64)) for s in data["sentences"]],
    }
    return model, arrays


def collate(data, indices):
    sentences = sorted((data["sentences"][i] for i in indices), key=lambda s: -len(s[0]))
    lengths = np.array([len(forms) for forms, _ in sentences])
    steps, size = int(lengths[0]), len(sentences)
    distinct, inverse = np.unique(np.concatenate([forms for forms, _ in sentences]), return_inverse=True)
    mask = np.arange(steps)[:, None] < lengths[None, :]
    place, tags = np.zeros((size, steps), np.int64), np.zeros((size, steps), np.int64)
    place[mask.T] = inverse
    tags[mask.T] = np.concatenate([own for _, own in sentences])
    t = np.arange(steps)[:, None]
    turned = np.where(mask, lengths[None, :] - 1 - t, t)
    characters = data["characters"][distinct, :int(data["lengths"][distinct].max())]
    characters = torch.from_numpy(np.ascontiguousarray(characters))
    return {
        "ids": [torch.from_numpy(ids[distinct]) for ids in data["ids"]],
        "characters": characters,
        "no_character": characters == 0,
        "place": torch.from_numpy(np.ascontiguousarray(place.T)),
        "tags": torch.from_numpy(np.ascontiguousarray(tags.T)),
        "mask": torch.from_numpy(mask),
        "reverse": torch.from_numpy((turned * size + np.arange(size)[None, :]).reshape(-1)),
        "lengths": lengths,
    }


answer_commands(f"PyTorch {torch.__version__}, written with care", load, collate)
