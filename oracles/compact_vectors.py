"""Writes compact-vectors.json: compact vector files made with NumPy, and the numbers that are in them.

    pip install numpy
    python oracles/compact_vectors.py > oracles/compact-vectors.json
"""

import base64
import hashlib
import json
import struct

import numpy as np

MAGIC = b"\x89NVEC\r\n\x1a"


def rounded(rows):
    """int8 values and float32 steps, row by row."""
    steps = (np.abs(rows).max(axis=1) / np.float32(127)).astype(np.float32)
    safe = np.where(steps > 0, steps, np.float32(1))
    values = np.rint(rows.astype(np.float64) / safe[:, None]).astype(np.int8)
    return values, steps


def compact(words, values, steps):
    listed = "".join(f"{word}\n" for word in words).encode()
    fields = MAGIC + struct.pack("<4I", 1, values.shape[1], len(words), len(listed)) + bytes(8)
    body = steps.astype("<f4").tobytes() + values.tobytes() + listed
    return fields + hashlib.sha256(fields + body).digest() + body


def case(words, rows):
    values, steps = rounded(rows)
    numbers = values.astype(np.float32) * steps[:, None]
    return {
        "words": words,
        "file": base64.b64encode(compact(words, values, steps)).decode(),
        "rows": [[float(x) for x in row] for row in numbers],
    }


def main():
    random = np.random.default_rng(7)
    normal = random.standard_normal((4, 6)).astype(np.float32)
    wide = (random.standard_normal((3, 1)) * 10.0 ** random.integers(-6, 6, (3, 1))).astype(np.float32)
    cases = [
        case(["the", "naïve", "東京", "😀"], normal),
        case(["a", "b", "c"], wide),
        case(["zero", "one"], np.array([[0, 0, 0], [1, -1, 0.5]], dtype=np.float32)),
    ]
    print(json.dumps(cases, ensure_ascii=False))


if __name__ == "__main__":
    main()
