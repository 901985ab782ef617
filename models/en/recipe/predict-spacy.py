"""Prints what spaCy's en_core_web_sm finds in the development suite, as JSON.

pip install spacy, and the model; then: python predict-spacy.py runs/models/en/suite.json > spacy.json
The suite writes its sentences and texts to that file. NERITE_SPACY_MODEL names another module of the model.
"""
import importlib
import json
import os
import sys

from spacy.tokens import Doc

nlp = importlib.import_module(os.environ.get("NERITE_SPACY_MODEL", "en_core_web_sm")).load(
    disable=["tagger", "parser", "attribute_ruler", "lemmatizer"]
)


def of_tokens(sentences):
    docs = (Doc(nlp.vocab, words=words) for words in sentences)
    return [[[e.start, e.end, e.label_] for e in doc.ents] for doc in nlp.pipe(docs)]


def of_texts(texts):
    found = []
    for text, doc in zip(texts, nlp.pipe(texts)):
        # JavaScript counts UTF-16 code units, Python code points.
        units = [0]
        for character in text:
            units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
        found.append([[units[e.start_char], units[e.end_char], e.label_] for e in doc.ents])
    return found


with open(sys.argv[1], encoding="utf-8") as file:
    sets = json.load(file)
print(json.dumps({name: {"tokens": of_tokens(s["tokens"]), "texts": of_texts(s["texts"])} for name, s in sets.items()}))
