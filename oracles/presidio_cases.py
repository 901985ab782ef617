"""What presidio-anonymizer makes of texts and results, as its server (app.py) would be asked.

    python oracles/presidio_cases.py        writes oracles/presidio-anonymizer.json and oracles/presidio-deanonymizer.json

Needs presidio-anonymizer 2.2.366. Two of the cases are the examples of its published API description; the others are random:
results that overlap, touch, lie in one another or have spaces between them, texts with emoji, and all operators whose
results do not depend on chance. Offsets count code points.
"""

import json
import random
from pathlib import Path

from presidio_anonymizer import AnonymizerEngine, DeanonymizeEngine
from presidio_anonymizer.operators.aes_cipher import AESCipher
from presidio_anonymizer.services.app_entities_convertor import AppEntitiesConvertor

HERE = Path(__file__).parent
EXAMPLES = [
    {
        "text": "hello world, my name is Jane Doe. My number is: 034453334",
        "anonymizers": {"PERSON": {"type": "redact"}, "PHONE_NUMBER": {"type": "replace", "new_value": "ANONYMIZED"}},
        "analyzer_results": [
            {"start": 24, "end": 32, "score": 0.8, "entity_type": "PERSON"},
            {"start": 48, "end": 57, "score": 0.95, "entity_type": "PHONE_NUMBER"},
        ],
    },
    {
        "text": "hello world, my name is Jane Doe.",
        "anonymizers": {"DEFAULT": {"type": "replace", "new_value": "ANONYMIZED"}},
        "analyzer_results": [{"start": 24, "end": 32, "score": 0.8, "entity_type": "PERSON"}],
    },
]
OPERATORS = [
    {"type": "replace"},
    {"type": "replace", "new_value": "é😀"},
    {"type": "replace", "new_value": ""},
    {"type": "redact"},
    {"type": "keep"},
    {"type": "mask", "masking_char": "*", "chars_to_mask": 4, "from_end": False},
    {"type": "mask", "masking_char": "😀", "chars_to_mask": 100, "from_end": True},
    {"type": "mask", "masking_char": "#", "chars_to_mask": -3, "from_end": True},
    {"type": "mask", "masking_char": "#", "chars_to_mask": 2, "from_end": True},
    {"type": "hash", "salt": "sixteen-bytes-of-salt"},
    {"type": "hash", "hash_type": "sha512", "salt": "sixteen-bytes-of-salt"},
]
ALPHABET = "aB é😀.  "


def random_case(rng):
    text = "".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 30)))
    results = []
    for _ in range(rng.randint(0, 6)):
        start = rng.randint(0, len(text))
        end = rng.randint(start, min(len(text), start + 8))
        score = rng.choice([0.1, 0.5, 0.5, 0.9])
        results.append({"start": start, "end": end, "score": score, "entity_type": rng.choice("ABC")})
    types = rng.sample(["A", "B", "C", "DEFAULT"], rng.randint(0, 4))
    return {
        "text": text,
        "anonymizers": {name: rng.choice(OPERATORS) for name in types},
        "analyzer_results": results,
    }


def answer(request):
    results = AppEntitiesConvertor.analyzer_results_from_json(request["analyzer_results"])
    operators = AppEntitiesConvertor.operators_config_from_json(json.loads(json.dumps(request["anonymizers"])))
    found = AnonymizerEngine().anonymize(text=request["text"], analyzer_results=results, operators=operators)
    return json.loads(found.to_json())


rng = random.Random(7)
requests = EXAMPLES + [random_case(rng) for _ in range(600)]
cases = [{"request": request, "answer": answer(request)} for request in requests]
(HERE / "presidio-anonymizer.json").write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
print(len(cases), "cases")

KEYS = ["WmZq4t7w!z%C&F)J", "24 bytes of a secret key", "é: in all thirty-two bytes long"]


def encrypted_case(rng):
    """A text some parts of which were encrypted, and their places, in any order."""
    text, places, operators = "", [], {}
    for _ in range(rng.randint(0, 5)):
        text += "".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, 6)))
        name = rng.choice("ABC")
        operators.setdefault(name, {"type": "decrypt", "key": rng.choice(KEYS)})
        if rng.random() < 0.2:
            operators[name] = {"type": "deanonymize_keep"}
        plain = "".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, 40)))
        key = operators[name].get("key")
        made = AESCipher.encrypt(key.encode(), plain) if key else plain
        places.append({"start": len(text), "end": len(text) + len(made), "entity_type": name})
        text += made
    # An operator that changed its mind would not decrypt what came before.
    places = [place for place in places if decrypts(text, place, operators)]
    rng.shuffle(places)
    if operators and rng.random() < 0.3:
        operators["DEFAULT"] = operators.pop(sorted(operators)[0])
    return {"text": text or "a", "deanonymizers": operators, "anonymizer_results": places}


def decrypts(text, place, operators):
    operator = operators[place["entity_type"]]
    try:
        return "key" not in operator or AESCipher.decrypt(operator["key"].encode(), text[place["start"] : place["end"]]) is not None
    except Exception:
        return False


def decrypted(request):
    results = AppEntitiesConvertor.deanonymize_entities_from_json(request)
    operators = AppEntitiesConvertor.operators_config_from_json(json.loads(json.dumps(request["deanonymizers"])))
    return json.loads(DeanonymizeEngine().deanonymize(text=request["text"], entities=results, operators=operators).to_json())


PUBLISHED = {
    "text": "My name is S184CMt9Drj7QaKQ21JTrpYzghnboTF9pn/neN8JME0=",
    "deanonymizers": {"PERSON": {"type": "decrypt", "key": "WmZq4t7w!z%C&F)J"}},
    "anonymizer_results": [{"start": 11, "end": 55, "entity_type": "PERSON"}],
}
rng = random.Random(8)
requests = [PUBLISHED] + [encrypted_case(rng) for _ in range(150)]
cases = [{"request": request, "answer": decrypted(request)} for request in requests]
(HERE / "presidio-deanonymizer.json").write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
print(len(cases), "cases of decryption")
