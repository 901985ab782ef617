"""A BERT with a softmax for each token in PyTorch, for bench/encoder-step.mjs: attention, AdamW and clipping are its fused ones.

The first argument is a folder for the encoder's files: a random one of the sizes given is written there, and the line
"ready" with PyTorch's version says so. Then reads commands from stdin, a JSON object a line, and answers with one a line:

    {"do": "head", "weight": [[…]]}                 the head's weight; its bias is 0
    {"do": "loss", "ids": [[…]], "tags": [[…]]}     loss of a batch without dropout; every piece is a token
    {"do": "train", "ids": …, "tags": …, "steps": n}   updates on one batch; answers seconds of each
    {"do": "memory"}                                peak resident memory of the process in bytes
"""
import json
import resource
import sys
import time

import torch
from transformers import BertConfig, BertModel

folder, sizes = sys.argv[1], json.loads(sys.argv[2])
torch.set_num_threads(sizes["threads"])
torch.manual_seed(1)
config = BertConfig(
    vocab_size=sizes["vocabulary"], hidden_size=sizes["width"], num_hidden_layers=sizes["layers"],
    num_attention_heads=sizes["heads"], intermediate_size=4 * sizes["width"], max_position_embeddings=512,
    hidden_dropout_prob=sizes["dropout"], attention_probs_dropout_prob=sizes["dropout"], layer_norm_eps=1e-12,
    attn_implementation="sdpa",
)
bert = BertModel(config, add_pooling_layer=False)
bert.save_pretrained(folder)
head = torch.nn.Linear(sizes["width"], sizes["tags"])
torch.nn.init.zeros_(head.bias)
parameters = [*bert.parameters(), *head.parameters()]
optimizer = torch.optim.AdamW(parameters, lr=1e-5, weight_decay=0.01, fused=True)
print(json.dumps({"version": f"PyTorch {torch.__version__}"}), flush=True)


def loss_of(ids, tags):
    states = bert(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[:, 1:-1]
    logits = head(states)
    return torch.nn.functional.cross_entropy(logits.reshape(-1, sizes["tags"]), tags.reshape(-1))


for line in sys.stdin:
    command = json.loads(line)
    answer = {}
    if command["do"] == "head":
        with torch.no_grad():
            head.weight.copy_(torch.tensor(command["weight"]))
    elif command["do"] == "memory":
        answer["bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    else:
        ids, tags = torch.tensor(command["ids"]), torch.tensor(command["tags"])
        if command["do"] == "loss":
            bert.eval()
            with torch.no_grad():
                answer["loss"] = loss_of(ids, tags).item()
        else:
            bert.train()
            answer["seconds"] = []
            for _ in range(command["steps"]):
                began = time.perf_counter()
                optimizer.zero_grad(set_to_none=True)
                loss_of(ids, tags).backward()
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()
                answer["seconds"].append(time.perf_counter() - began)
    print(json.dumps(answer), flush=True)
