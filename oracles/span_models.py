"""A tiny random span model of the GLiNER kind: made, exported and run by the package `gliner` itself.

Writes oracles/span-model/ (gliner_config.json, onnx/model.onnx, tokenizer.json) and oracles/span-model.json: the words, spans and
scores that `gliner` finds in 50 texts with several lists of types and thresholds, by PyTorch, and the arrays that its processor
feeds for the first texts.

    pip install torch==2.13.0 transformers==5.24.0 tokenizers==0.23.3 onnx==1.23.2 onnxruntime==1.32.0
    pip install --no-deps gliner==0.2.29
    python3 oracles/span_models.py
"""

import json
import random
import shutil
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
import transformers
from gliner.model import UniEncoderSpanGLiNER
from gliner.config import UniEncoderSpanConfig
from transformers import PreTrainedTokenizerFast

HERE = Path(__file__).parent
OUT = HERE / "span-model"
WORDS = "Ada Lovelace wrote to Charles Babbage from London . The city of São Paulo , 2nd best in Zürich 's well-known 😀 list_of naïve U.S. engines costs $5 million ( or 3.5 % ) on May 3rd !".split()
TYPES = [["person", "place"], ["organization", "a thing that flies", "person"], ["Country"], ["city", "person", "date", "product", "event"]]
THRESHOLDS = [0.5, 0.4, 0.6]


def make():
    torch.manual_seed(29)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(HERE / "encoders" / "bert" / "tokenizer.json"), unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]", model_max_length=512)
    encoder = {"model_type": "bert", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 24, "max_position_embeddings": 512, "vocab_size": len(tokenizer)}
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        config = UniEncoderSpanConfig(model_name=folder, hidden_size=16, max_width=5, max_len=60, dropout=0.0, num_rnn_layers=1, span_mode="markerV0", encoder_config=encoder, fine_tune=False)
        model = UniEncoderSpanGLiNER.load_from_config(config, backbone_from_pretrained=False)
    model.config.model_name = "tiny"
    model.eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            center = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
            parameter.copy_(center + (0.22 if parameter.dim() > 1 else 0.1) * torch.randn_like(parameter))
    return model


def texts():
    generator = random.Random(3)
    made = ["", "   ", "Ada", "Ada Lovelace wrote to Charles Babbage from London.", "Zürich 😀 is naïve"]
    while len(made) < 50:
        count = generator.randint(1, 40)
        made.append(generator.choice([" ", "  ", "\n"]).join(generator.choice(WORDS) for _ in range(count)))
    return made


def main():
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    model = make()
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "onnx").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        model.export_to_onnx(folder, opset=19)
        for name in ["gliner_config.json", "tokenizer.json", "tokenizer_config.json"]:
            shutil.copy(Path(folder) / name, OUT / name)
        graph = onnx.load(Path(folder) / "model.onnx")
    for node in graph.graph.node:
        node.doc_string = ""
    del graph.graph.value_info[:]
    onnx.save(graph, OUT / "onnx" / "model.onnx")
    print(sorted({node.op_type for node in graph.graph.node}), [own.name for own in graph.graph.input], [own.name for own in graph.graph.output])
    cases = []
    for i, text in enumerate(texts()):
        types, threshold = TYPES[i % len(TYPES)], THRESHOLDS[i % len(THRESHOLDS)]
        found = model.predict_entities(text, types, threshold=threshold) if text.strip() else []
        # Offsets in UTF-16 code units.
        units = lambda at: len(text[:at].encode("utf-16-le")) // 2
        cases.append({"text": text, "types": types, "threshold": threshold, "entities": [{"start": units(own["start"]), "end": units(own["end"]), "type": own["label"], "score": round(own["score"], 6)} for own in found]})
    (HERE / "span-model.json").write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
    for file in OUT.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)
    print("entities", sum(len(own["entities"]) for own in cases), "bytes", (OUT / "onnx" / "model.onnx").stat().st_size)


if __name__ == "__main__":
    main()
