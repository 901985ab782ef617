"""The tiny random encoders of oracles/encoders as ONNX, by both of PyTorch's exporters, and an ALBERT of their size.

Writes oracles/onnx-encoders/FAMILY-OPSET-EXPORTER.onnx and oracles/onnx-encoders.json: what PyTorch computes, as
oracles/encoders.py has it for the other families.

    pip install torch==2.13.0 transformers==5.24.0 tokenizers==0.23.3 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0
    python3 oracles/onnx_encoders.py
    python3 oracles/onnx_encoders.py --all FOLDER

The second form exports each of them with operator sets 19 to 22 by both exporters, and writes no numbers.
"""

import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoModelForTokenClassification, PreTrainedTokenizerFast

HERE = Path(__file__).parent
OUT = HERE / "onnx-encoders"
FAMILIES = ["bert", "albert", "roberta", "distilbert", "modernbert"]
EXPORTS = [(14, False), (17, False), (18, True)]
# Of the newer operator sets, two families each, one by each exporter: `--all` exports all families with all of them, to another folder.
MORE = {
    "bert": [(18, False), (19, False), (20, True), (22, False)],
    "distilbert": [(19, True), (21, False)],
    "roberta": [(20, False)],
    "albert": [(21, True)],
    "modernbert": [(22, True)],
}
SENTENCES = json.loads((HERE / "encoders.json").read_text())["sentences"]


class StatesOf(torch.nn.Module):
    """Named inputs in, states out."""

    def __init__(self, model, types):
        super().__init__()
        self.model = model
        self.types = types

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        more = {"token_type_ids": token_type_ids} if self.types else {}
        return self.model(input_ids=input_ids, attention_mask=attention_mask, **more)[0]


def albert(vocabulary):
    torch.manual_seed(7)
    config = AutoConfig.for_model(model_type="albert", vocab_size=vocabulary, embedding_size=12, hidden_size=16, num_hidden_layers=3, num_attention_heads=4, intermediate_size=24, max_position_embeddings=72, hidden_act="gelu_new")
    model = AutoModel.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            center = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
            parameter.copy_(center + (0.3 if parameter.dim() > 1 else 0.1) * torch.randn_like(parameter))
    return model


def load(name, kind=AutoModel):
    folder = HERE / "encoders" / name
    model = kind.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json")), model


def batch_of(tokenizer):
    encoded = [tokenizer(words, is_split_into_words=True)["input_ids"] for words in SENTENCES]
    longest = max(map(len, encoded))
    ids = torch.tensor([own + [1] * (longest - len(own)) for own in encoded])
    mask = torch.tensor([[1] * len(own) + [0] * (longest - len(own)) for own in encoded])
    return encoded, ids, mask


def export(model, types, opset, dynamo, path, ids, mask, output="last_hidden_state"):
    inputs = (ids, mask) + ((torch.zeros_like(ids),) if types else ())
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if types else [])
    axes = {0: "batch_size", 1: "sequence_length"}
    if dynamo:
        dims = {0: torch.export.Dim("batch_size"), 1: torch.export.Dim("sequence_length", max=64)}
        options = {"dynamic_shapes": tuple(dims for _ in names), "verbose": False, "external_data": False}
    else:
        options = {"dynamic_axes": {name: axes for name in [*names, output]}, "do_constant_folding": True}
    torch.onnx.export(StatesOf(model, types).eval(), inputs, str(path), input_names=names, output_names=[output], opset_version=opset, dynamo=dynamo, **options)
    return slim(path)


def slim(path):
    """Drops what has no effect on a result and takes most of the bytes: the exporter's notes of where a node comes from."""
    model = onnx.load(path)
    keep = "pkg.torch.onnx.name_scopes"
    for node in model.graph.node:
        node.doc_string = ""
        kept = [(own.key, own.value) for own in node.metadata_props if own.key == keep]
        del node.metadata_props[:]
        for key, value in kept:
            node.metadata_props.add(key=key, value=value)
    for value in [*model.graph.initializer, *model.graph.input, *model.graph.output]:
        del value.metadata_props[:]
        value.doc_string = ""
    del model.graph.value_info[:]
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    onnx.save(model, path)
    os.chmod(path, 0o644)
    return model


def wave_of(states, mask):
    _, longest, width = states.shape
    wave = torch.sin(torch.arange(longest * width, dtype=torch.float32).reshape(longest, width))
    return (states * wave * mask[:, :, None]).sum()


def compute(model, encoded, ids, mask):
    states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    loss = wave_of(states, mask)
    loss.backward()
    gradients = {}
    for name, parameter in model.named_parameters():
        if parameter.grad is not None and "pooler" not in name:
            grad = parameter.grad.double()
            gradients[name] = [float((grad**2).sum()), float((grad * parameter.detach().double()).sum())]
    return {
        "ids": encoded,
        "states": [[round(float(x), 6) for x in states.detach()[i, : len(own)].flatten()] for i, own in enumerate(encoded)],
        "loss": float(loss.detach()),
        "gradients": gradients,
    }


def main():
    global OUT
    exports = None
    if sys.argv[1:2] == ["--all"]:
        OUT = Path(sys.argv[2])
        exports = [(opset, dynamo) for opset in range(19, 23) for dynamo in (False, True)]
    transformers.logging.set_verbosity_error()
    warnings.filterwarnings("ignore")
    OUT.mkdir(exist_ok=True)
    results = {}
    for family in FAMILIES:
        if family == "albert":
            tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(HERE / "encoders" / "bert" / "tokenizer.json"))
            model = albert(len(tokenizer))
        else:
            tokenizer, model = load(family)
        types = getattr(model.config, "type_vocab_size", 0) > 0
        encoded, ids, mask = batch_of(tokenizer)
        for opset, dynamo in exports or EXPORTS + MORE[family]:
            path = OUT / f"{family}-{opset}-{'dynamo' if dynamo else 'script'}.onnx"
            try:
                exported = export(model, types, opset, dynamo, path, ids, mask)
                print(path.name, path.stat().st_size, [own.version for own in exported.opset_import][0], len(exported.graph.node), flush=True)
            except Exception as error:
                print(path.name, "FAILED", str(error)[:300], flush=True)
        results[family] = compute(model, encoded, ids, mask)
    if not exports:
        (HERE / "onnx-encoders.json").write_text(json.dumps(results, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
