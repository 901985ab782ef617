"""Figures of seqeval, nervaluate and scikit-learn on random labels, for src/evaluate/peers.slow.test.ts.

    .venv/bin/python oracles/scores.py oracles

Writes one file per package, with 1,000 cases each. The labels are not stored: case i is drawn from a linear congruential
generator seeded with i, both here and in src/evaluate/testing/random-labels.ts; a checksum of all labels is stored.
Figures are what the packages return; if a fraction of small whole numbers is the same double, the fraction is written
("3/7"), to keep the files small.
"""

import json
import sys
import warnings
import zlib
from fractions import Fraction
from pathlib import Path

from nervaluate import Evaluator
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as seqeval_default
from seqeval.metrics.v1 import precision_recall_fscore_support as seqeval_strict
from seqeval.scheme import BILOU, IOB1, IOB2, IOBES, Entities
from sklearn.metrics import classification_report, confusion_matrix, precision_recall_fscore_support

CASES = 1000
TYPES = ["LOC", "ORG", "PER", "creative-work"]
PREFIXES = {"IOB1": "BI", "BIO": "BI", "IOBES": "BIES", "BILOU": "BILU"}
SCHEMES = {"IOB1": IOB1, "BIO": IOB2, "IOBES": IOBES, "BILOU": BILOU}


class Generator:
    """Numerical Recipes' quick generator; the upper bits are used."""

    def __init__(self, seed):
        self.state = (seed * 2654435761 + 12345) % 2**32

    def below(self, n):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return (self.state >> 8) % n


def draw_case(seed, scheme):
    """Gold and predicted tags of a few sentences, ill-formed tags and empty sides among them."""
    random = Generator(seed)
    types = TYPES[: 2 + random.below(3)]
    agreement = 3 + random.below(7)
    gold, predicted = [], []

    def draw(previous):
        if random.below(2) == 0:
            return "O"
        prefixes = PREFIXES[scheme]
        if previous != "O" and random.below(3) > 0:
            return prefixes[1 + random.below(len(prefixes) - 1)] + previous[1:]
        drawn = prefixes[random.below(len(prefixes))] + "-" + types[random.below(len(types))]
        # seqeval reads a superfluous B- of IOB1 in its own way: see KNOWN_DIFFERENCES.
        superfluous = scheme == "IOB1" and drawn[0] == "B" and drawn[1:] != previous[1:]
        return "I" + drawn[1:] if superfluous else drawn

    for _ in range(1 + random.below(5)):
        length = 1 + random.below(12)
        gold_tags, predicted_tags = [], []
        for _ in range(length):
            gold_tags.append(draw(gold_tags[-1] if gold_tags else "O"))
            same = random.below(10) < agreement
            predicted_tags.append(gold_tags[-1] if same else draw(predicted_tags[-1] if predicted_tags else "O"))
        if scheme == "IOB1":
            predicted_tags = without_superfluous_begins(predicted_tags)
        gold.append(["O"] * length if seed % 50 == 1 else gold_tags)
        predicted.append(["O"] * length if seed % 50 == 2 else predicted_tags)
    return gold, predicted


def without_superfluous_begins(tags):
    return [
        "I" + tag[1:] if tag[0] == "B" and tag[1:] != previous[1:] else tag
        for previous, tag in zip(["O"] + tags, tags)
    ]


def short(value):
    value = float(value)
    if value != value:
        return None
    fraction = Fraction(value).limit_denominator(400)
    if abs(float(fraction) - value) < 1e-15:
        return fraction.numerator if fraction.denominator == 1 else str(fraction)
    return float("%.14g" % value)


def seqeval_case(score, gold, predicted, **options):
    result = {}
    for average in ("micro", "macro", "weighted"):
        result[average] = [short(x) for x in score(gold, predicted, average=average, zero_division=0, **options)[:3]]
    columns = score(gold, predicted, average=None, zero_division=0, **options)
    result["types"] = [[short(x) for x in row[:3]] + [int(row[3])] for row in zip(*columns)]
    return result


# Labels that seqeval's strict mode reads differently than we do; docs/evaluation.md says why.
KNOWN_DIFFERENCES = [
    ("IOB1", ["O", "B-PER", "I-PER"]),
    ("IOB1", ["I-PER", "B-PER", "B-LOC"]),
]


def known_differences():
    return [
        {"scheme": scheme, "tags": tags, "seqeval": [[e.start, e.end, e.tag] for e in entities.entities[0]]}
        for scheme, tags in KNOWN_DIFFERENCES
        for entities in [Entities([tags], SCHEMES[scheme])]
    ]


def seqeval_figures(strict):
    cases = []
    for seed in range(CASES):
        scheme = list(PREFIXES)[seed % 4] if strict else ["BIO", "IOBES"][seed % 2]
        gold, predicted = draw_case(seed, scheme)
        checksum(gold, predicted)
        if strict:
            cases.append(seqeval_case(seqeval_strict, gold, predicted, scheme=SCHEMES[scheme]))
        else:
            cases.append(seqeval_case(seqeval_default, gold, predicted))
    return cases


def nervaluate_figures():
    cases = []
    for seed in range(CASES):
        gold, predicted = draw_case(seed, "BIO")
        checksum(gold, predicted)
        overall = Evaluator(gold, predicted, tags=TYPES, loader="list").evaluate()["overall"]
        cases.append(
            {
                name.replace("ent_type", "type"): [r.correct, r.incorrect, r.partial, r.missed, r.spurious]
                + [short(r.precision), short(r.recall), short(r.f1)]
                for name, r in overall.items()
            }
        )
    return cases


def sklearn_figures():
    cases = []
    for seed in range(CASES):
        gold, predicted = draw_case(seed, ["BIO", "IOBES"][seed % 2])
        checksum(gold, predicted)
        y_true, y_pred = sum(gold, []), sum(predicted, [])
        labels = sorted(set(y_true) | set(y_pred))
        report = classification_report(y_true, y_pred, output_dict=True, zero_division=0)
        row = lambda r: [short(r[key]) for key in ("precision", "recall", "f1-score")]
        undefined = precision_recall_fscore_support(y_true, y_pred, labels=labels, zero_division=float("nan"))
        entity_labels = [label for label in labels if label != "O"]
        without = (
            {
                average: [
                    short(x)
                    for x in precision_recall_fscore_support(
                        y_true, y_pred, labels=entity_labels, average=average, zero_division=0
                    )[:3]
                ]
                for average in ("micro", "macro", "weighted")
            }
            if entity_labels
            else None
        )
        matrix = confusion_matrix(y_true, y_pred, labels=labels)
        cases.append(
            {
                "tags": [row(report[label]) for label in labels],
                # Which of precision, recall and F1 have no value, per tag, as three bits.
                "undefined": "".join(
                    str(sum(int(undefined[k][i] != undefined[k][i]) << k for k in range(3)))
                    for i in range(len(labels))
                ),
                "accuracy": short(sum(a == b for a, b in zip(y_true, y_pred)) / len(y_true)),
                "macro": row(report["macro avg"]),
                "weighted": row(report["weighted avg"]),
                "withoutO": without,
                "confusion": " ".join(str(n) for line in matrix for n in line),
            }
        )
    return cases


crc = 0


def checksum(gold, predicted):
    global crc
    for side in (gold, predicted):
        crc = zlib.crc32("\n".join(" ".join(tags) for tags in side).encode(), crc)


def main(folder):
    global crc
    warnings.filterwarnings("ignore")
    for name, figures in {
        "seqeval-default": lambda: seqeval_figures(False),
        "seqeval-strict": lambda: seqeval_figures(True),
        "nervaluate": nervaluate_figures,
        "sklearn": sklearn_figures,
    }.items():
        crc = 0
        cases = figures()
        assert len(cases) == CASES
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        extra = f'"known":{json.dumps(known_differences())},' if name == "seqeval-strict" else ""
        text = f'{{"labels":{crc},{extra}"cases":[\n{lines}\n]}}\n'
        Path(folder, f"{name}.json").write_text(text)
        print(name, len(text), "bytes")


main(sys.argv[1])
