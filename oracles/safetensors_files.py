"""Writes safetensors-files.json: files as the package safetensors writes them, and files that it refuses.

    pip install safetensors==0.8.0 numpy
    python oracles/safetensors_files.py > oracles/safetensors-files.json
"""

import base64
import json
import struct
import sys

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save
import safetensors
import tempfile


def b64(data):
    return base64.b64encode(data).decode()


def array(dtype, *shape):
    count = int(np.prod(shape))
    return (np.arange(count) * 37 % 101 - 7).astype(dtype).reshape(shape)


WRITTEN = {
    "one": ({"bias": array("float32", 3)}, None),
    "all types": (
        {
            f"t.{name}": array(name, 3, 2)
            for name in ["float32", "float64", "float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"]
        },
        None,
    ),
    "scalar and empty": ({"scalar": array("float32"), "none": array("int64", 0, 4), "b": array("uint8", 5)}, None),
    "names": (
        {name: array("float32", 2) for name in ["", "é", "z", "Z", "a\"b\\c\n\t\u0001", "\U0001f600", "\uffee", "日本", "10", "9", "a/b", "\u2028", "\x7f"]},
        None,
    ),
    "metadata": ({"w": array("float32", 2, 2)}, {"format": "pt \"é\" \n"}),
    "nothing": ({}, None),
    "unaligned": ({"a": array("uint8", 3), "b": array("float32", 1), "c": array("float64", 1)}, {"k": ""}),
}


def raw(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def info(begin, end, shape=(1,), dtype="F32", **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end], **more}


REFUSED = {
    "empty file": b"",
    "seven bytes": b"\x02\0\0\0\0\0\0",
    "header cut short": raw({}, length=9),
    "header too long": raw({}, length=2**62),
    "no object": raw(b"[]      "),
    "no JSON": raw(b"{,}     "),
    "no UTF-8": raw(b'{"\xff": 1}'),
    "data cut short": raw({"a": info(0, 4)}, b"\0\0\0"),
    "data too long": raw({"a": info(0, 4)}, b"\0\0\0\0\0"),
    "gap": raw({"a": info(0, 4), "b": info(5, 9)}, b"\0" * 9),
    "overlap": raw({"a": info(0, 8, (2,)), "b": info(4, 8)}, b"\0" * 8),
    "not from 0": raw({"a": info(4, 8)}, b"\0" * 8),
    "backwards": raw({"a": info(4, 0)}, b"\0" * 4),
    "shape too large": raw({"a": info(0, 4, (2,))}, b"\0" * 4),
    "negative size": raw({"a": info(0, 4, (-1,))}, b"\0" * 4),
    "huge shape": raw({"a": info(0, 4, (2**40, 2**40))}, b"\0" * 4),
    "unknown type": raw({"a": info(0, 4, dtype="F31")}, b"\0" * 4),
    "no offsets": raw({"a": {"dtype": "F32", "shape": [1]}}, b"\0" * 4),
    "three offsets": raw({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4, 4]}}, b"\0" * 4),
    "tensor is a number": raw({"a": 3}),
    "metadata no text": raw({"__metadata__": {"a": 3}}),
    "metadata no object": raw({"__metadata__": "a"}),
}

written = {}
for name, (tensors, metadata) in WRITTEN.items():
    data = save(tensors, metadata)
    assert load(data).keys() == tensors.keys()
    written[name] = {
        "file": b64(data),
        "metadata": metadata or {},
        "tensors": [[key, list(value.shape), b64(value.tobytes())] for key, value in tensors.items()],
    }
for name, data in REFUSED.items():
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            with safe_open(file.name, "np") as opened:
                opened.metadata()
            raise SystemExit(f"{name} is accepted")
        except (SafetensorError, OSError, ValueError):
            pass

json.dump(
    {
        "safetensors": safetensors.__version__,
        "written": written,
        "refused": {name: b64(data) for name, data in REFUSED.items()},
    },
    sys.stdout,
    indent=1,
)
print()
