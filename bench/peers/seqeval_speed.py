"""Times seqeval on labels from a JSON file; one line of mode on stdin, one line of seconds on stdout."""

import json
import sys
import time
import warnings

from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

warnings.filterwarnings("ignore")
with open(sys.argv[1]) as file:
    labels = json.load(file)
gold, predicted = labels["gold"], labels["predicted"]
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    if line.strip() == "strict":
        report = classification_report(gold, predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    else:
        report = classification_report(gold, predicted, output_dict=True, zero_division=0)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "f1": float(report["micro avg"]["f1-score"])}), flush=True)
