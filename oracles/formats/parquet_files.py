"""Writes Parquet files with labels without prefixes and with tiny pages: python oracles/formats/parquet_files.py

Needs datasets 4 and pyarrow. What they hold is in tokens.expected.jsonl and texts.expected.jsonl; few-nerd.expected.jsonl has
the labels that datasets finds.
"""
import json
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Sequence, Value

from sentences import SENTENCES, TYPES, tags_of

HERE = Path(__file__).parent
COARSE = ["O", *TYPES]
FINE = ["O", *(f"{kind}-{part}" for kind in TYPES for part in ("first", "other"))]

features = Features(
    {
        "id": Value("string"),
        "tokens": Sequence(Value("string")),
        "ner_tags": Sequence(ClassLabel(names=COARSE)),
        "fine_ner_tags": Sequence(ClassLabel(names=FINE)),
    }
)
rows = []
for i, (text, spans) in enumerate(SENTENCES):
    tokens, tags = tags_of(text, spans)
    coarse = [COARSE.index(tag[2:] or "O") for tag in tags]
    fine = ["O" if tag == "O" else f"{tag[2:]}-{'first' if k % 2 else 'other'}" for k, tag in enumerate(tags)]
    rows.append({"id": str(i), "tokens": tokens, "ner_tags": coarse, "fine_ner_tags": [FINE.index(each) for each in fine]})
made = Dataset.from_list(rows, features=features)
made.to_parquet(str(HERE / "few-nerd.parquet"))
again = Dataset.from_parquet(str(HERE / "few-nerd.parquet"), cache_dir=tempfile.mkdtemp())
with open(HERE / "few-nerd.expected.jsonl", "w") as file:
    for row in again:
        named = {
            name: [again.features[name].feature.int2str(each) for each in row[name]]
            for name in ("ner_tags", "fine_ner_tags")
        }
        file.write(json.dumps({"tokens": row["tokens"], **named}, ensure_ascii=False) + "\n")

# Pages of a few values, which do not end where rows do, with and without a dictionary.
for name in ("tokens", "texts"):
    table = pq.read_table(HERE / f"{name}.parquet")
    for version, dictionary in (("1.0", True), ("1.0", False), ("2.0", True)):
        kind = f"v{version[0]}{'' if dictionary else '-plain'}"
        pq.write_table(
            table,
            HERE / f"{name}-pages-{kind}.parquet",
            data_page_size=16,
            write_batch_size=3,
            data_page_version=version,
            use_dictionary=dictionary,
        )
