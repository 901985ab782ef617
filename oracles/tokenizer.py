"""Writes tokenizer.json: the tokens that two independent tokenizers find in the texts of tokenizer.txt, one text per line.

    python -m venv venv && venv/bin/pip install nltk==3.10.4 spacy==3.8.18
    venv/bin/python oracles/tokenizer.py

Offsets count code points (Python's own); no model or data set is needed.
"""

import json
from pathlib import Path

import nltk
import spacy
from nltk.tokenize import TreebankWordTokenizer

here = Path(__file__).parent
texts = (here / "tokenizer.txt").read_text(encoding="utf-8").splitlines()
treebank = TreebankWordTokenizer()
english = spacy.blank("en")

cases = [
    {
        "text": text,
        "treebank": [list(span) for span in treebank.span_tokenize(text)],
        "spacy": [[t.idx, t.idx + len(t)] for t in english(text) if not t.is_space],
    }
    for text in texts
]
lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
head = json.dumps({"nltk": nltk.__version__, "spacy": spacy.__version__})
(here / "tokenizer.json").write_text(f'{{"versions": {head},\n"cases": [\n{lines}\n]}}\n', encoding="utf-8")
