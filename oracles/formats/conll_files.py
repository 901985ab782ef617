"""Writes column files, and what other readers find in them: python oracles/formats/conll_files.py

CoNLL-U is written and read with PyPI's conllu (6.0.0). Of BMES there is no library: the reader below follows its definition
(B first, M middle, E last, S single).
"""
import json
import re
from pathlib import Path

import conllu

from sentences import SENTENCES, words_and_spaces

HERE = Path(__file__).parent


def rows():
    for text, spans in SENTENCES:
        at, row = 0, []
        for word, space in zip(*words_and_spaces(text, spans)):
            if word.strip():
                inside = [(start, end, kind) for start, end, kind in spans if start <= at < end]
                row.append((word, space, at, inside[0] if inside else None))
            at += len(word) + space
        yield text, row


def conllu_file(name, key):
    """Tags in MISC, with comments, multiword tokens and an empty node."""
    sentences = []
    for number, (text, row) in enumerate(rows()):
        tokens = []
        for i, (word, space, at, span) in enumerate(row, 1):
            tag = "O" if span is None else f"{'B' if span[0] == at else 'I'}-{span[2]}"
            misc = {} if space else {"SpaceAfter": "No"}
            if tag != "O" or number % 2:
                misc[key] = tag
            if i % 5 == 1 and i < len(row):
                tokens.append(dict(id=(i, "-", i + 1), form=f"{word}{row[i][0]}", lemma="_", upos="_", xpos=None, feats=None, head=None, deprel="_", deps=None, misc=None))
            tokens.append(dict(id=i, form=word, lemma=word.lower(), upos="X", xpos=None, feats={"A": "b"}, head=0, deprel="dep", deps=None, misc=misc or None))
            if i % 7 == 3:
                tokens.append(dict(id=(i, ".", 1), form="gone", lemma="_", upos="_", xpos=None, feats=None, head=None, deprel="_", deps=None, misc=None))
        meta = {"sent_id": str(number), "text": re.sub(r"\s+", " ", text)}
        if number % 9 == 0:
            meta = {"newdoc id": f"d{number}", **meta}
        if tokens:
            sentences.append(conllu.models.TokenList(tokens, metadata=meta))
    (HERE / name).write_text("".join(each.serialize() for each in sentences), "utf-8")
    return [
        {
            "tokens": [token["form"] for token in sentence if isinstance(token["id"], int)],
            "tags": [(token["misc"] or {}).get(key, "O") for token in sentence if isinstance(token["id"], int)],
        }
        for sentence in conllu.parse((HERE / name).read_text("utf-8"))
    ]


def bmes_file(name):
    with open(HERE / name, "w", encoding="utf-8") as file:
        for _, row in rows():
            for i, (word, _, at, span) in enumerate(row):
                if span is None:
                    tag = "O"
                else:
                    first = span[0] == at
                    last = i + 1 == len(row) or row[i + 1][3] != span
                    tag = f"{'S' if first and last else 'B' if first else 'E' if last else 'M'}-{span[2]}"
                file.write(f"{word} {tag}\n")
            file.write("\n")
    found = []
    for block in (HERE / name).read_text("utf-8").split("\n\n"):
        lines = [line.split(" ") for line in block.split("\n") if line]
        spans, start = [], None
        for i, (_, tag) in enumerate(lines):
            if tag[0] in "BS":
                start = i
            if tag[0] in "ES":
                spans.append([start, i + 1, tag[2:]])
        if lines:
            found.append({"tokens": [word for word, _ in lines], "tags": [tag for _, tag in lines], "spans": spans})
    return found


for name, records in (
    ("ner-misc", conllu_file("ner-misc.conllu", "NER")),
    ("entity-misc", conllu_file("entity-misc.conllu", "Entity")),
    ("bmes", bmes_file("bmes.conll")),
):
    with open(HERE / f"{name}.expected.jsonl", "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    print(name, len(records))
