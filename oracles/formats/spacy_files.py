"""Writes spaCy's files with spaCy, and what spaCy itself finds in them: python oracles/formats/spacy_files.py (spaCy 3.8)

With --read FILE prints what spaCy finds in a DocBin, or in JSON lines of Doc.to_json.
"""
import json
import sys
from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin

from sentences import SENTENCES, words_and_spaces

HERE = Path(__file__).parent
nlp = spacy.blank("xx")


def found(doc):
    return {
        "text": doc.text,
        "tokens": [token.text for token in doc],
        "entities": [[ent.start_char, ent.end_char, ent.label_] for ent in doc.ents],
        "missing": [i for i, token in enumerate(doc) if token.ent_iob == 0],
    }


def write(path, docs):
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in docs))


def main():
    docs = []
    for text, spans in SENTENCES:
        words, spaces = words_and_spaces(text, spans)
        doc = Doc(nlp.vocab, words=words, spaces=spaces)
        assert doc.text == text, (doc.text, text)
        doc.set_ents([doc.char_span(start, end, label=type, alignment_mode="strict") for start, end, type in spans], default="outside")
        docs.append(doc)
    # One document with tokens that nobody labeled, and one with spans that are no entities.
    partly = Doc(nlp.vocab, words=["Ada", "met", "Bob"], spaces=[True, True, False])
    partly.set_ents([partly.char_span(0, 3, label="PER")], default="missing")
    docs.append(partly)
    grouped = Doc(nlp.vocab, words=["Ada", "met", "Bob"], spaces=[True, True, False])
    grouped.set_ents([grouped.char_span(8, 11, label="PER")], default="outside")
    grouped.spans["sc"] = [grouped.char_span(0, 11, label="EVENT")]
    docs.append(grouped)
    DocBin(docs=docs).to_disk(HERE / "docs.spacy")
    DocBin(attrs=["ENT_IOB", "ENT_TYPE"], docs=docs[:25], store_user_data=True).to_disk(HERE / "few-attributes.spacy")
    write(HERE / "docs.spacy.jsonl", map(found, DocBin().from_disk(HERE / "docs.spacy").get_docs(nlp.vocab)))
    write(HERE / "spacy-json.jsonl", (doc.to_json() for doc in docs))
    (HERE / "spacy-json-one.json").write_text(json.dumps(docs[0].to_json(), indent=2))


def read(path):
    if path.endswith(".spacy"):
        docs = DocBin().from_disk(path).get_docs(nlp.vocab)
    else:
        docs = (Doc(nlp.vocab).from_json(json.loads(line)) for line in open(path))
    for doc in docs:
        print(json.dumps(found(doc), ensure_ascii=False))


if len(sys.argv) > 2:
    read(sys.argv[2])
else:
    main()
