"""Writes files as tools without a library of their own are documented to: python oracles/formats/published_files.py

doccano: https://doccano.github.io/doccano/ (sequence labeling: triples; relation extraction: objects), code points.
Prodigy: https://prodi.gy/docs/api-interfaces#ner_manual, code points; the tokens are spaCy's.
SageMaker Ground Truth: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html#sms-output-text-span
Comprehend: https://docs.aws.amazon.com/comprehend/latest/dg/how-entities.html, with the text added.
"""
import json
from pathlib import Path

from sentences import SENTENCES, words_and_spaces

HERE = Path(__file__).parent


def write(name, records):
    (HERE / name).write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records))


def prodigy(number, text, spans):
    words, spaces = words_and_spaces(text, spans)
    tokens, at = [], 0
    for i, (word, space) in enumerate(zip(words, spaces)):
        tokens.append({"text": word, "start": at, "end": at + len(word), "id": i, "ws": space})
        at += len(word) + space
    return {
        "text": text,
        "meta": {"source": "own"},
        "_input_hash": 1000 + number,
        "_task_hash": -2000 - number,
        "_is_binary": False,
        "tokens": tokens,
        "_view_id": "ner_manual",
        "spans": [
            {
                "start": start,
                "end": end,
                "token_start": next(i for i, token in enumerate(tokens) if token["start"] == start),
                "token_end": next(i for i, token in enumerate(tokens) if token["end"] == end),
                "label": type,
            }
            for start, end, type in spans
        ],
        "answer": "accept",
        "_timestamp": 1700000000 + number,
        "_annotator_id": "2026-01-02_03-04-05",
        "_session_id": "2026-01-02_03-04-05",
    }


numbered = list(enumerate(SENTENCES, 1))
write("doccano.jsonl", ({"id": i, "text": text, "label": [list(span) for span in spans], "Comments": []} for i, (text, spans) in numbered))
write(
    "doccano-relations.jsonl",
    (
        {
            "id": i,
            "text": text,
            "entities": [
                {"id": 100 * i + k, "label": type, "start_offset": start, "end_offset": end}
                for k, (start, end, type) in enumerate(spans)
            ],
            "relations": [],
            "Comments": [],
        }
        for i, (text, spans) in numbered
    ),
)
write("prodigy.jsonl", (prodigy(i, text, spans) for i, (text, spans) in numbered))
write(
    "ground-truth.manifest",
    (
        {
            "source": text,
            "names-job": {
                "annotations": {
                    "entities": [{"endOffset": end, "startOffset": start, "label": type} for start, end, type in spans],
                    "labels": [{"label": type, "shortDisplayName": type} for type in ("PER", "ORG", "LOC", "DATE")],
                }
            },
            "names-job-metadata": {
                "job-name": "labeling-job/names-job",
                "type": "groundtruth/text-span",
                "creation-date": "2026-01-02T03:04:05.000000",
                "human-annotated": "yes",
                "entities": [{"confidence": 0} for _ in spans],
            },
        }
        for _, (text, spans) in numbered
    ),
)
write(
    "comprehend.jsonl",
    (
        {
            "Entities": [
                {"BeginOffset": start, "EndOffset": end, "Score": 0.99, "Text": text[start:end], "Type": type}
                for start, end, type in spans
            ],
            "File": "texts.txt",
            "Line": i - 1,
            "Text": text,
        }
        for i, (text, spans) in numbered
    ),
)
write("expected.jsonl", ({"text": text, "entities": [list(span) for span in spans]} for text, spans in SENTENCES))
