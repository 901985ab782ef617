"""The BiLSTM-CNN-CRF tagger of `bench/training-step.mjs` as a competent PyTorch user writes it.

Packed sequences, a CRF vectorized over batch and tags, characters of a batch's distinct words only, sparse embedding
gradients with SparseAdam, Adam's fused kernel for the rest. Reads commands from stdin, a JSON object a line, and
answers with one a line:

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
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
torch.set_flush_denormal(True)


class Tagger(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        hidden, tags = sizes["hidden"], sizes["tags"]
        self.tables = nn.ModuleList(nn.Embedding(t["rows"], t["dim"], sparse=True) for t in sizes["tables"])
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
    with open(path) as file:
        data = json.load(file)
    model = Tagger(data["sizes"])
    hidden = data["sizes"]["hidden"]
    p = {k: torch.tensor(v["values"]).reshape(v["shape"]) for k, v in data["parameters"].items()}
    with torch.no_grad():
        for table, spec in zip(model.tables, data["sizes"]["tables"]):
            table.weight.copy_(p[spec["name"]])
        model.characters.weight.copy_(p["input.characters"])
        filters = p["input.characterFilters"].reshape(data["sizes"]["characterDim"], 3, -1)
        model.convolution.weight.copy_(filters.permute(2, 0, 1))
        model.convolution.bias.copy_(p["input.characterBias"])
        for direction, suffix in enumerate(["", "_reverse"]):
            # Gates i, f, o, g to PyTorch's i, f, g, o; columns recurrent, input, bias, padding flag.
            w = p["encoder.0.0.weight"][direction].reshape(4, hidden, -1)[[0, 1, 3, 2]].reshape(4 * hidden, -1)
            getattr(model.lstm, "weight_hh_l0" + suffix).copy_(w[:, :hidden])
            getattr(model.lstm, "weight_ih_l0" + suffix).copy_(w[:, hidden:-2])
            getattr(model.lstm, "bias_ih_l0" + suffix).copy_(w[:, -2])
            getattr(model.lstm, "bias_hh_l0" + suffix).zero_()
        model.output.weight.copy_(p["decoder.weight"])
        model.output.bias.copy_(p["decoder.bias"].flatten())
        model.transitions.copy_(p["decoder.transitions"])
        model.start.copy_(p["decoder.start"].flatten())
        model.end.copy_(p["decoder.end"].flatten())
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


model, data, optimizers = None, None, []
for line in sys.stdin:
    command = json.loads(line)
    answer = {}
    if command["do"] == "load":
        model, data = load(command["file"])
        dense = [p for name, p in model.named_parameters() if not name.startswith("tables.")]
        optimizers = [
            torch.optim.Adam(dense, lr=0.0015, fused=True),
            torch.optim.SparseAdam(list(model.tables.parameters()), lr=0.0015),
        ]
        answer = {"version": f"PyTorch {torch.__version__}"}
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
            batch = collate(data, command["batch"])
            logits = model.logits(batch)
        answer = {"logits": [row[:n].flatten().tolist() for row, n in zip(logits, batch["lengths"])]}
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
