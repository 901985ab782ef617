"""Tiny random encoders of each family, as `transformers` writes them, and what PyTorch computes with them.

Writes oracles/encoders/NAME/ (config.json, weights, tokenizer.json) and oracles/encoders.json: the states of a batch of
sentences, and for each parameter the norm of its gradient and the gradient's product with the parameter.

    pip install torch==2.13.0 transformers==5.24.0 tokenizers==0.23.3
    python3 oracles/encoders.py
"""

import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModel, AutoModelForTokenClassification, PreTrainedTokenizerFast

HERE = Path(__file__).parent
SENTENCES = [
    ["Ada", "Lovelace", "wrote", "to", "Charles", "Babbage", "from", "London", "."],
    ["Zürich", "is", "naïve"],
    ["the", "city", "of", "São", "Paulo", ",", "2nd"],
]
SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24, "max_position_embeddings": 72}

FAMILIES = {
    "bert": ("bert-uncased", {"model_type": "bert", **SIZES, "hidden_act": "gelu", "layer_norm_eps": 1e-12}),
    "minilm": ("bert-cased", {"model_type": "bert", **SIZES, "hidden_act": "gelu_new", "type_vocab_size": 1, "layer_norm_eps": 1e-12}),
    "distilbert": ("bert-cased", {"model_type": "distilbert", "dim": 16, "n_layers": 2, "n_heads": 4, "hidden_dim": 24, "max_position_embeddings": 72, "activation": "gelu"}),
    "electra": ("bert-uncased", {"model_type": "electra", **SIZES, "embedding_size": 12, "hidden_act": "gelu"}),
    "roberta": ("roberta-prefix", {"model_type": "roberta", **SIZES, "pad_token_id": 1, "type_vocab_size": 1, "layer_norm_eps": 1e-5}),
    "xlm-roberta": ("xlm-roberta", {"model_type": "xlm-roberta", **SIZES, "pad_token_id": 1, "type_vocab_size": 1, "layer_norm_eps": 1e-5}),
    "deberta-v3": ("deberta", {"model_type": "deberta-v2", **SIZES, "relative_attention": True, "position_buckets": 8, "max_relative_positions": -1, "pos_att_type": ["p2c", "c2p"], "share_att_key": True, "norm_rel_ebd": "layer_norm", "position_biased_input": False, "type_vocab_size": 0, "layer_norm_eps": 1e-7}),
    "deberta-c2p": ("deberta", {"model_type": "deberta-v2", **SIZES, "relative_attention": True, "max_relative_positions": 7, "pos_att_type": ["c2p"], "share_att_key": True, "position_biased_input": False, "type_vocab_size": 0, "layer_norm_eps": 1e-7}),
    "modernbert": ("modernbert", {"model_type": "modernbert", **SIZES, "num_hidden_layers": 3, "global_attn_every_n_layers": 2, "local_attention": 6, "hidden_activation": "gelu", "pad_token_id": 1, "bos_token_id": 0, "cls_token_id": 0, "eos_token_id": 2, "sep_token_id": 2}),
}
# Types of numbers that the weights are rounded to, and those that are stored in several files.
DTYPES = {"roberta": torch.float16, "electra": torch.bfloat16}
SHARDED = {"distilbert"}
# Those that are stored as a model with a head, whose names have a prefix.
PREFIXED = {"minilm": "bert.", "xlm-roberta": "roberta."}

# Checkpoints with a head, by family: their labels in the order of their ids.
CLASSIFIERS = {
    "ner-bert": ("bert", ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]),
    "ner-roberta": ("roberta", ["B-LOC", "E-LOC", "I-LOC", "S-LOC", "O", "B-PER", "E-PER", "I-PER", "S-PER"]),
    "ner-distilbert": ("distilbert", ["O", "I-LOC", "I-PER", "B-PER", "X"]),
    "ner-electra": ("electra", ["O", "PER", "LOC"]),
    "ner-deberta": ("deberta-v3", ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]),
}


def make(name, tokenizer_name, settings, labels=None):
    torch.manual_seed(sum(map(ord, name)))
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(HERE / "subword" / f"{tokenizer_name}.json"))
    named = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}} if labels else {}
    config = AutoConfig.for_model(**settings, **named, vocab_size=len(tokenizer))
    kind = AutoModelForTokenClassification if labels else AutoModel
    model = kind.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            spread = 0.3 if parameter.dim() > 1 else 0.1
            center = 1.0 if "norm" in parameter_name.lower() and parameter_name.endswith("weight") else 0.0
            parameter.copy_(center + spread * torch.randn_like(parameter))
            parameter.copy_(parameter.to(DTYPES.get(name, torch.float32)).to(torch.float32))
    folder = HERE / "encoders" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(HERE / "subword" / f"{tokenizer_name}.json", folder / "tokenizer.json")
    config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(json.dumps(config.to_diff_dict() | settings | {"vocab_size": len(tokenizer)}, indent=1, sort_keys=True) + "\n")
    prefix = PREFIXED.get(name, "")
    tensors = {prefix + key: value.to(DTYPES.get(name, torch.float32)).contiguous() for key, value in model.state_dict().items() if "position_ids" not in key}
    if name in SHARDED:
        keys = sorted(tensors)
        shards = {"model-00001-of-00002.safetensors": keys[: len(keys) // 2], "model-00002-of-00002.safetensors": keys[len(keys) // 2 :]}
        for file, own in shards.items():
            save_file({key: tensors[key] for key in own}, folder / file)
        index = {"metadata": {}, "weight_map": {key: file for file, own in shards.items() for key in own}}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index) + "\n")
    else:
        save_file(tensors, folder / "model.safetensors")
    for file in folder.iterdir():
        file.chmod(0o644)
    return tokenizer, model


def compute(tokenizer, model):
    encoded = [tokenizer(words, is_split_into_words=True) for words in SENTENCES]
    longest = max(len(own["input_ids"]) for own in encoded)
    pad = 1
    ids = torch.tensor([own["input_ids"] + [pad] * (longest - len(own["input_ids"])) for own in encoded])
    mask = torch.tensor([[1] * len(own["input_ids"]) + [0] * (longest - len(own["input_ids"])) for own in encoded])
    states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    width = states.shape[-1]
    # The loss: each state times a wave, so that each number counts differently.
    wave = torch.sin(torch.arange(longest * width, dtype=torch.float32).reshape(longest, width))
    loss = (states * wave * mask[:, :, None]).sum()
    loss.backward()
    gradients = {}
    for name, parameter in model.named_parameters():
        if parameter.grad is None or "pooler" in name:
            continue
        grad = parameter.grad.double()
        gradients[name] = [float((grad**2).sum()), float((grad * parameter.detach().double()).sum())]
    return {
        "ids": [own["input_ids"] for own in encoded],
        "words": [own.word_ids() for own in encoded],
        "states": [[round(float(x), 6) for x in states.detach()[i, : len(own["input_ids"])].flatten()] for i, own in enumerate(encoded)],
        "loss": float(loss.detach()),
        "gradients": gradients,
    }


def classify(tokenizer, model):
    logits = []
    for words in SENTENCES:
        encoded = tokenizer(words, is_split_into_words=True)
        with torch.no_grad():
            own = model(input_ids=torch.tensor([encoded["input_ids"]])).logits[0]
        first = [encoded.word_ids().index(word) for word in range(len(words))]
        logits.append([[round(float(x), 5) for x in own[at]] for at in first])
    return {"labels": [model.config.id2label[i] for i in range(model.config.num_labels)], "logits": logits}


def main():
    transformers.logging.set_verbosity_error()
    results = {name: compute(*make(name, *own)) for name, own in FAMILIES.items()}
    classifiers = {name: classify(*make(name, *FAMILIES[family], labels)) for name, (family, labels) in CLASSIFIERS.items()}
    text = json.dumps({"sentences": SENTENCES, "families": results, "classifiers": classifiers}, separators=(",", ":"), ensure_ascii=False)
    (HERE / "encoders.json").write_text(text + "\n")
    for name, own in results.items():
        print(name, "loss", round(own["loss"], 4), "gradients", len(own["gradients"]))


main()
