"""Writes files with Hugging Face's datasets, and what datasets finds in them: python oracles/formats/datasets_files.py

Needs datasets 4 and pyarrow. With --read FILE prints what datasets finds in a Parquet file.
"""
import json
import sys
import tempfile
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Sequence, Value

from sentences import NAMES, SENTENCES, TYPES, tags_of

HERE = Path(__file__).parent


def write(name, records):
    (HERE / name).write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records))


def token_rows():
    for i, (text, spans) in enumerate(SENTENCES):
        tokens, tags = tags_of(text, spans)
        yield {"id": str(i), "tokens": tokens, "pos_tags": [k % 2 for k in range(len(tokens))], "ner_tags": [NAMES.index(tag) for tag in tags]}


def found(rows, feature):
    return [{"tokens": row["tokens"], "tags": [feature.int2str(tag) for tag in row["ner_tags"]]} for row in rows]


def main():
    features = Features(
        {
            "id": Value("string"),
            "tokens": Sequence(Value("string")),
            "pos_tags": Sequence(ClassLabel(names=["NN", "VB"])),
            "ner_tags": Sequence(ClassLabel(names=NAMES)),
        }
    )
    tokens = Dataset.from_list(list(token_rows()), features=features)
    tokens.to_parquet(str(HERE / "tokens.parquet"), batch_size=10)
    with tempfile.TemporaryDirectory() as folder:
        tokens.save_to_disk(folder)
        [arrow] = Path(folder).glob("*.arrow")
        (HERE / "tokens.arrow").write_bytes(arrow.read_bytes())
    feature = tokens.features["ner_tags"].feature
    write("tokens.expected.jsonl", found(Dataset.from_parquet(str(HERE / "tokens.parquet"), cache_dir=tempfile.mkdtemp()), feature))

    spans = Features(
        {
            "text": Value("string"),
            "entities": [{"start": Value("int32"), "end": Value("int32"), "label": ClassLabel(names=TYPES), "text": Value("string")}],
        }
    )
    rows = [
        {"text": text, "entities": [{"start": start, "end": end, "label": type, "text": text[start:end]} for start, end, type in found]}
        for text, found in SENTENCES
    ]
    texts = Dataset.from_list(rows, features=spans)
    texts.to_parquet(str(HERE / "texts.parquet"))
    kinds = spans["entities"].feature["label"] if hasattr(spans["entities"], "feature") else spans["entities"][0]["label"]
    write(
        "texts.expected.jsonl",
        (
            {"text": row["text"], "entities": [[one["start"], one["end"], kinds.int2str(one["label"])] for one in row["entities"]]}
            for row in texts
        ),
    )

    # Without datasets: each compression, names in the tags, numbers without names, a file of Arrow's own form.
    plain = pa.table({"tokens": [row["tokens"] for row in token_rows()], "tags": [tags_of(*each)[1] for each in SENTENCES]})
    for codec in ("none", "snappy", "zstd", "gzip", "brotli", "lz4"):
        pq.write_table(plain, HERE / f"plain-{codec}.parquet", compression=codec)
    pq.write_table(plain, HERE / "plain-v2.parquet", data_page_version="2.0", row_group_size=7, use_dictionary=False)
    unnamed = pa.table({"tokens": [row["tokens"] for row in token_rows()], "ner_tags": [row["ner_tags"] for row in token_rows()]})
    pq.write_table(unnamed, HERE / "unnamed.parquet")
    with pa.OSFile(str(HERE / "plain-file.arrow"), "wb") as sink, pa.ipc.new_file(sink, plain.schema) as writer:
        writer.write_table(plain, max_chunksize=10)
    with pa.OSFile(str(HERE / "dictionary.arrow"), "wb") as sink:
        coded = pa.table({"text": pa.array([text for text, _ in SENTENCES]).dictionary_encode()})
        with pa.ipc.new_stream(sink, coded.schema) as writer:
            writer.write_table(coded, max_chunksize=10)
    with pa.OSFile(str(HERE / "compressed.arrow"), "wb") as sink:
        with pa.ipc.new_stream(sink, plain.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            writer.write_table(plain)


def read(path):
    rows = Dataset.from_parquet(path, cache_dir=tempfile.mkdtemp())
    feature = rows.features["ner_tags"].feature
    for each in found(rows, feature):
        print(json.dumps(each, ensure_ascii=False))


if len(sys.argv) > 2:
    read(sys.argv[2])
else:
    main()
