"""Tiny random token classifiers as ONNX, in the forms in which such files are found, and their logits.

Writes oracles/onnx-classifiers/: the graphs of oracles/encoders/ner-bert as the exporter writes them, with numbers of 16 bits,
with numbers in another file, with fused operators, rounded to 8 bits (plain, fused, and as pairs of QuantizeLinear and
DequantizeLinear), and a ModernBERT; oracles/encoders/ner-modernbert as transformers writes it; and
oracles/onnx-classifiers.json with the logits of each file in ONNX Runtime and of the models in PyTorch.

    pip install torch==2.13.0 transformers==5.24.0 tokenizers==0.23.3 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0
    python3 oracles/onnx_classifiers.py
"""

import json
import shutil
import warnings
from pathlib import Path

import numpy
import onnx
import onnxruntime
import torch
import transformers
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.float16 import convert_float_to_float16
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForTokenClassification, PreTrainedTokenizerFast

import onnx_encoders
from onnx_encoders import HERE, SENTENCES, export, load, slim

OUT = HERE / "onnx-classifiers"
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
SIZES = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 24, "max_position_embeddings": 72, "global_attn_every_n_layers": 2, "local_attention": 6, "hidden_activation": "gelu", "pad_token_id": 1, "bos_token_id": 0, "cls_token_id": 0, "eos_token_id": 2, "sep_token_id": 2}


def modernbert():
    torch.manual_seed(11)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(HERE / "subword" / "modernbert.json"))
    settings = {"model_type": "modernbert", **SIZES, "id2label": dict(enumerate(LABELS)), "label2id": {label: i for i, label in enumerate(LABELS)}}
    config = AutoConfig.for_model(**settings, vocab_size=len(tokenizer))
    model = AutoModelForTokenClassification.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            center = 1.0 if "norm" in name and name.endswith("weight") else 0.0
            parameter.copy_(center + (0.3 if parameter.dim() > 1 else 0.1) * torch.randn_like(parameter))
    folder = HERE / "encoders" / "ner-modernbert"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(HERE / "subword" / "modernbert.json", folder / "tokenizer.json")
    config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(json.dumps(config.to_diff_dict() | settings | {"vocab_size": len(tokenizer)}, indent=1, sort_keys=True) + "\n")
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "model.safetensors")
    for file in folder.iterdir():
        file.chmod(0o644)
    return tokenizer, model


class Some(CalibrationDataReader):
    def __init__(self, feeds):
        self.feeds = iter(feeds)

    def get_next(self):
        return next(self.feeds, None)


def pieces_of(tokenizer, words):
    """Each word as it is cut after a space, the special pieces around; and the word of each piece."""
    empty = tokenizer("")["input_ids"]
    own = [tokenizer(f" {word}", add_special_tokens=False)["input_ids"] for word in words]
    ids = [empty[0], *[id for pieces in own for id in pieces], empty[1]]
    return ids, [None, *[word for word, pieces in enumerate(own) for _ in pieces], None]


def feeds_of(tokenizer, types):
    for words in SENTENCES:
        ids = numpy.array([pieces_of(tokenizer, words)[0]], dtype=numpy.int64)
        yield {"input_ids": ids, "attention_mask": numpy.ones_like(ids)} | ({"token_type_ids": numpy.zeros_like(ids)} if types else {})


def logits_of(path, tokenizer, types):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options)
    names = {own.name for own in session.get_inputs()}
    kind = {own.name: numpy.int32 if "int32" in own.type else numpy.int64 for own in session.get_inputs()}
    return [[round(float(x), 6) for x in session.run(None, {name: value.astype(kind[name]) for name, value in feeds.items() if name in names})[0].flatten()] for feeds in feeds_of(tokenizer, types)]


def main():
    transformers.logging.set_verbosity_error()
    warnings.filterwarnings("ignore")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    tokenizer, model = load("ner-bert", AutoModelForTokenClassification)
    _, ids, mask = onnx_encoders.batch_of(tokenizer)
    plain = OUT / "plain.onnx"
    export(model, True, 17, False, plain, ids, mask, "logits")
    export(model, True, 18, True, OUT / "dynamo.onnx", ids, mask, "logits")
    fused = optimizer.optimize_model(str(plain), model_type="bert", num_heads=4, hidden_size=16, opt_level=0)
    fused.save_model_to_file(str(OUT / "fused.onnx"))
    print("fused", fused.get_fused_operator_statistics())
    onnx.save(convert_float_to_float16(onnx.load(plain), keep_io_types=True), OUT / "fp16.onnx")
    whole = onnx.load(plain)
    onnx.save_model(whole, OUT / "outside.onnx", save_as_external_data=True, location="outside.onnx_data", size_threshold=64)
    quantize_dynamic(plain, OUT / "quantized.onnx", weight_type=QuantType.QUInt8, per_channel=False)
    quantize_dynamic(plain, OUT / "quantized-columns.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    quantize_dynamic(OUT / "fused.onnx", OUT / "fused-quantized.onnx", weight_type=QuantType.QUInt8, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    quantize_static(plain, OUT / "pairs.onnx", Some(feeds_of(tokenizer, True)), quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    modern_tokenizer, modern = modernbert()
    _, ids, mask = onnx_encoders.batch_of(modern_tokenizer)
    export(modern, False, 17, False, OUT / "modernbert.onnx", ids, mask, "logits")
    results = {}
    for path in sorted(OUT.glob("*.onnx")):
        own = modern_tokenizer if path.stem == "modernbert" else tokenizer
        results[path.stem] = logits_of(path, own, path.stem != "modernbert")
        graph = slim(path).graph if path.stem != "outside" else onnx.load(path, load_external_data=False).graph
        print(path.name, path.stat().st_size, sorted({node.op_type for node in graph.node if node.domain or "Quantize" in node.op_type or "Integer" in node.op_type}), flush=True)
    for name, (own, network) in {"torch": (tokenizer, model), "torch-modernbert": (modern_tokenizer, modern)}.items():
        with torch.no_grad():
            rows = [network(input_ids=torch.tensor([pieces_of(own, words)[0]])).logits.flatten() for words in SENTENCES]
        results[name] = [[round(float(x), 6) for x in row] for row in rows]
    for file in OUT.iterdir():
        file.chmod(0o644)
    words = [[pieces_of(own, words)[1] for words in SENTENCES] for own in (tokenizer, modern_tokenizer)]
    (HERE / "onnx-classifiers.json").write_text(json.dumps({"sentences": SENTENCES, "words": words[0], "modernWords": words[1], "logits": results}, separators=(",", ":"), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
