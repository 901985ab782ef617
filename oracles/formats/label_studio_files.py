"""Writes Label Studio's exports with its SDK: python oracles/formats/label_studio_files.py (label-studio-sdk 2.1)

The tasks are checked by the SDK's labeling interface, JSON-MIN is written by its converter. Offsets are those of the
labeling page, which counts UTF-16 code units. With --check FILE the SDK checks tasks that another program wrote.
"""
import json
import sys
import tempfile
from pathlib import Path

from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface

from sentences import SENTENCES, TYPES

HERE = Path(__file__).parent
CONFIG = f"""<View>
  <Labels name="label" toName="text">{"".join(f'<Label value="{type}"/>' for type in TYPES)}</Labels>
  <Text name="text" value="$text"/>
</View>"""


def units(text, at):
    return len(text[:at].encode("utf-16-le")) // 2


def result(text, spans):
    return [
        {
            "id": f"r{i}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "origin": "manual",
            "value": {"start": units(text, start), "end": units(text, end), "text": text[start:end], "labels": [type]},
        }
        for i, (start, end, type) in enumerate(spans)
    ]


def task(number, text, annotations=(), predictions=()):
    return {
        "id": number,
        "data": {"text": text},
        "annotations": [
            {
                "id": number * 10 + i,
                "completed_by": 1 + i,
                "result": result(text, spans),
                "was_cancelled": False,
                "ground_truth": False,
                "created_at": "2026-01-02T03:04:05.000000Z",
                "updated_at": "2026-01-02T03:04:06.000000Z",
                "lead_time": 3.5,
                "task": number,
                "project": 1,
            }
            for i, spans in enumerate(annotations)
        ],
        "predictions": [
            {"id": number * 10 + i, "model_version": "m1", "score": 0.5, "result": result(text, spans)}
            for i, spans in enumerate(predictions)
        ],
        "meta": {},
        "created_at": "2026-01-02T03:04:05.000000Z",
        "updated_at": "2026-01-02T03:04:06.000000Z",
        "inner_id": number,
        "total_annotations": len(annotations),
        "project": 1,
        "updated_by": 1,
        "file_upload": "texts.json",
    }


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def check(tasks):
    interface = LabelInterface(CONFIG)
    for each in tasks:
        assert interface.validate_task({"data": each["data"]}), each
        for annotation in each["annotations"]:
            assert interface.validate_annotation({"result": annotation["result"]}), annotation


def main():
    tasks = [task(i + 1, text, [spans]) for i, (text, spans) in enumerate(SENTENCES)]
    check(tasks)
    write("label-studio.json", tasks)
    write("label-studio-predictions.json", [task(i + 1, text, [], [spans]) for i, (text, spans) in enumerate(SENTENCES)])
    with tempfile.TemporaryDirectory() as folder:
        Converter(CONFIG, folder).convert_to_json_min(str(HERE / "label-studio.json"), folder, is_dir=False)
        # What the converter itself says of the entities.
        records = json.loads((Path(folder) / "result.json").read_text())
    write("label-studio-min.json", records)
    found = [
        {"text": each["text"], "entities": [[one["start"], one["end"], one["labels"][0]] for one in each.get("label", [])]}
        for each in records
    ]
    write("label-studio.expected.json", found)


if len(sys.argv) > 2:
    check(json.loads(Path(sys.argv[2]).read_text()))
else:
    main()
