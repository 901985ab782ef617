"""Writes Argilla's records with its SDK: python oracles/formats/argilla_files.py (argilla 2.8)

A dataset needs a server, so the records are made and serialized by the SDK's Record, as records.to_json does.
"""
import json
from pathlib import Path
from uuid import UUID

import argilla as rg

from sentences import SENTENCES

HERE = Path(__file__).parent
USER = UUID("00000000-0000-0000-0000-000000000001")


def spans(found):
    return [{"start": start, "end": end, "label": type} for start, end, type in found]


records = [
    rg.Record(
        id=f"r{i}",
        fields={"text": text},
        metadata={"source": "own"},
        # Every third record has only a suggestion.
        responses=[] if i % 3 == 2 else [rg.Response("ner", spans(found), user_id=USER, status="submitted")],
        suggestions=[rg.Suggestion("ner", spans(found if i % 3 == 2 else found[:1]), score=0.5, agent="m1")],
    )
    for i, (text, found) in enumerate(SENTENCES)
]
(HERE / "argilla.json").write_text(json.dumps([each.to_dict() for each in records], ensure_ascii=False, default=str, indent=1) + "\n")
found = []
for each in records:
    answers = list(each.responses) or list(each.suggestions)
    found.append({"text": each.fields["text"], "entities": [[one["start"], one["end"], one["label"]] for one in answers[0].value]})
(HERE / "argilla.expected.jsonl").write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found))
