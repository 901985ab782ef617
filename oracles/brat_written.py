"""What pybrat, and a reader after brat's manual, find in the documents that Nerite writes.

    python oracles/brat_written.py --corpus      writes oracles/brat/corpus.jsonl
    node bin/nerite.js corpus convert oracles/brat/corpus.jsonl oracles/brat/written --to brat
    python oracles/brat_written.py               writes oracles/brat/written.json

Needs pybrat 0.1.7. Offsets count code points.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "formats"))
from sentences import SENTENCES  # noqa: E402

MORE = [
    ("Over the line\nend: Ada\nLovelace and\r\nCharles\r\n\r\nBabbage.", [(19, 31, "PER"), (37, 55, "PER")]),
    ("A\u2028B is one name, \u2029 and tab\there too", [(0, 3, "creative-work"), (23, 31, "ORG")]),
    ("\n\n  Blank lines before 😀 Ada\n\n", [(25, 28, "人名")]),
    ("No entity, with a line end\n", []),
]


def corpus():
    with open(HERE / "brat" / "corpus.jsonl", "w", encoding="utf-8", newline="\n") as file:
        for i, (text, spans) in enumerate(SENTENCES + MORE):
            entities = [{"start": start, "end": end, "type": kind} for start, end, kind in spans]
            record = {"text": text, "entities": entities, "offsets": "codepoint"}
            if i % 4 == 1:
                record["document"] = f"folder-{i % 3}/name-{i}"
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read(base):
    """A document, read after https://brat.nlplab.org/standoff.html."""
    text = base.with_suffix(".txt").read_bytes().decode("utf-8")
    entities = []
    for line in base.with_suffix(".ann").read_bytes().decode("utf-8").split("\n"):
        if line == "":
            continue
        key, place, covered = line.split("\t", 2)
        assert key == f"T{len(entities) + 1}"
        kind, ranges = place.split(" ", 1)
        pieces = [tuple(map(int, each.split(" "))) for each in ranges.split(";")]
        assert " ".join(text[start:end] for start, end in pieces) == covered, line
        assert all(mark not in covered for mark in "\n\r\u2028\u2029")
        entities.append([pieces[0][0], pieces[-1][1], kind])
    return text, entities


def found():
    from pybrat.parser import BratParser

    folder = HERE / "brat" / "written"
    documents, checked = [], 0
    for path in sorted(folder.rglob("*.ann")):
        text, entities = read(path.with_suffix(""))
        (example,) = [
            each
            for each in BratParser(error="raise").parse(str(path.parent))
            if each.id == path.stem
        ]
        # pybrat reads texts with Python's universal line ends, and no entity in pieces.
        if "\r" not in text and ";" not in path.read_text("utf-8"):
            assert example.text == text
            assert [[e.start, e.end, e.type] for e in example.entities] == entities
            checked += 1
        documents.append({"name": str(path.relative_to(folder))[:-4], "text": text, "entities": entities})
    assert checked >= 24, checked
    kinds = sorted({kind for each in documents for _, _, kind in each["entities"]})
    listed = (folder / "annotation.conf").read_text("utf-8").split("\n\n")[0].split("\n")
    assert listed == ["[entities]", *kinds], (listed, kinds)
    (HERE / "brat" / "written.json").write_text(json.dumps(documents, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(len(documents), "documents,", checked, "read by pybrat alike")


corpus() if "--corpus" in sys.argv else found()
