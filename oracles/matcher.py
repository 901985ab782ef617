"""Writes matcher.json: what spaCy's Matcher finds with random patterns in random sentences.

pip install spacy==3.8; python oracles/matcher.py
"""
import json
import random
from pathlib import Path

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

random.seed(17)
WORDS = ["a", "A", "b", "B", "ab", "Ab", "1", "12", "b1"]
POS = ["N", "V"]
OPERATORS = [None, None, None, "?", "*", "+", "{2}", "{1,2}", "{2,}", "{,2}", "{0,1}"]
vocab = spacy.blank("en").vocab


def some(values):
    return random.sample(values, random.randint(1, 2))


def token():
    spec, own = {}, {}
    for _ in range(random.choice([0, 1, 1, 1, 2])):
        kind = random.choice(["text", "lower", "shape", "regex", "column"])
        if kind == "text":
            spec["text"] = some(WORDS)
            own["ORTH"] = {"IN": spec["text"]}
        elif kind == "lower":
            spec["lower"] = random.choice(["a", "b", "ab"])
            own["LOWER"] = spec["lower"]
        elif kind == "shape":
            spec["shape"] = some(["x", "X", "xx", "Xx", "d", "dd", "xd"])
            own["SHAPE"] = {"IN": spec["shape"]}
        elif kind == "regex":
            spec["regex"] = random.choice(["^a", "b$", "\\d", "[A-Z]", "^.$"])
            own["TEXT"] = {"REGEX": spec["regex"]}
        else:
            spec["column"] = {"pos": some(POS)}
            own["TAG"] = {"IN": spec["column"]["pos"]}
    operator = random.choice(OPERATORS)
    if operator:
        spec["repeat"] = own["OP"] = operator
    return spec, own


cases = []
while len(cases) < 600:
    pairs = [token() for _ in range(random.randint(1, 4))]
    matcher = Matcher(vocab)
    matcher.add("P", [[own for _, own in pairs]])
    words = [random.choice(WORDS) for _ in range(random.randint(0, 9))]
    tags = [random.choice(POS) for _ in words]
    doc = Doc(vocab, words=words, tags=tags)
    longest = {}
    for _, start, end in matcher(doc):
        if end > start:
            longest[start] = max(longest.get(start, 0), end)
    ends = [longest.get(i, -1) for i in range(len(words))]
    cases.append({"tokens": [spec for spec, _ in pairs], "words": words, "pos": tags, "ends": ends})

out = Path(__file__).parent / "matcher.json"
out.write_text(json.dumps({"spacy": spacy.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(len(cases), sum(any(end > 0 for end in case["ends"]) for case in cases), "with matches")
