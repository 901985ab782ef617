"""The BiLSTM-CNN-CRF tagger of `bench/training-step.mjs` as a competent PyTorch user writes it.

Packed sequences, a CRF vectorized over batch and tags, characters of a batch's distinct words only, sparse embedding
gradients with SparseAdam, Adam's fused kernel for the rest. Its commands are those of `torch_commands.py`.
"""
import sys

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

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
        self.lstm = nn.LSTM(inputs, hidden, bidirectional=True, batch_first=True)
        self.output = nn.Linear(2 * hidden, tags)
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.start = nn.Parameter(torch.zeros(tags))
        self.end = nn.Parameter(torch.zeros(tags))
        self.dropout = nn.Dropout(0.5)

    def logits(self, batch):
        convolved = self.convolution(self.characters(batch["characters"]).transpose(1, 2))
        # Positions after a word's end must not be the maximum.
        convolved = convolved.masked_fill(batch["no_character"].unsqueeze(1), -1e9)
        words = [table(ids) for table, ids in zip(self.tables, batch["ids"])] + [convolved.max(2)[0]]
        x = self.dropout(torch.cat(words, 1)[batch["place"]])
        packed = pack_padded_sequence(x, batch["lengths"], batch_first=True, enforce_sorted=True)
        y, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.output(self.dropout(y))

    def rows(self, batch):
        return [row[:n] for row, n in zip(self.logits(batch), batch["lengths"])]

    def loss(self, batch):
        emissions, mask, gold = self.logits(batch), batch["mask"], batch["tags"]
        rows = torch.arange(len(gold))
        alpha = self.start + emissions[:, 0]
        for t in range(1, emissions.shape[1]):
            step = torch.logsumexp(alpha.unsqueeze(2) + self.transitions, 1) + emissions[:, t]
            alpha = torch.where(mask[:, t:t + 1], step, alpha)
        path = (emissions.gather(2, gold.unsqueeze(2)).squeeze(2) * mask).sum(1)
        path = path + (self.transitions[gold[:, :-1], gold[:, 1:]] * mask[:, 1:]).sum(1)
        path = path + self.start[gold[:, 0]] + self.end[gold[rows, mask.sum(1) - 1]]
        return (torch.logsumexp(alpha + self.end, 1) - path).mean()

    def decode(self, batch):
        emissions, mask = self.logits(batch), batch["mask"]
        best, back = self.start + emissions[:, 0], []
        for t in range(1, emissions.shape[1]):
            value, index = (best.unsqueeze(2) + self.transitions).max(1)
            back.append(index)
            best = torch.where(mask[:, t:t + 1], value + emissions[:, t], best)
        last, lengths = (best + self.end).max(1)[1].tolist(), mask.sum(1).tolist()
        back = [index.tolist() for index in back]
        paths = []
        for b, tag in enumerate(last):
            path = [tag]
            for t in range(lengths[b] - 2, -1, -1):
                tag = back[t][b][tag]
                path.append(tag)
            paths.append(path[::-1])
        return paths


def load(path):
    data = read_data(path)
    model = Tagger(data["sizes"])
    set_parameters(model, data, [(model.lstm, ""), (model.lstm, "_reverse")])
    return model, data


def collate(data, indices):
    sentences = sorted((data["sentences"][i] for i in indices), key=lambda s: -len(s["forms"]))
    lengths = [len(s["forms"]) for s in sentences]
    time_steps, batch = lengths[0], len(sentences)
    place = torch.zeros(batch, time_steps, dtype=torch.long)
    tags = torch.zeros(batch, time_steps, dtype=torch.long)
    mask = torch.zeros(batch, time_steps, dtype=torch.bool)
    rows, forms = {}, []
    for b, s in enumerate(sentences):
        where = []
        for form in s["forms"]:
            if form not in rows:
                rows[form] = len(forms)
                forms.append(form)
            where.append(rows[form])
        n = lengths[b]
        place[b, :n] = torch.tensor(where)
        tags[b, :n] = torch.tensor(s["tags"])
        mask[b, :n] = True
    characters = [data["characters"][f] for f in forms]
    longest = max(map(len, characters))
    padded = torch.tensor([c + [0] * (longest - len(c)) for c in characters])
    return {
        "ids": [torch.tensor([data["ids"][f][k] for f in forms]) for k in range(len(data["sizes"]["tables"]))],
        "characters": padded,
        "no_character": padded == 0,
        "place": place, "tags": tags, "mask": mask, "lengths": lengths,
    }


answer_commands(f"PyTorch {torch.__version__}", load, collate)
