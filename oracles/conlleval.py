"""Runs conlleval.pl again on the cases of conlleval.jsonl, and rewrites the file with its output.

    python3 oracles/conlleval.py path/to/conlleval.pl

conlleval.pl is the script of the CoNLL shared tasks. A case has the gold and the predicted tags of a few sentences
(sentences joined by "|", tags by spaces), drawn at random, ill-formed sequences among them, and the text that the script
prints. There are no words: the script looks at the last two columns only.
"""

import json
import subprocess
import sys
from pathlib import Path

PATH = Path(__file__).parent / "conlleval.jsonl"


def printed(script, gold, predicted):
    sentences = [
        "".join(f"w {g} {p}\n" for g, p in zip(own.split(), found.split()))
        for own, found in zip(gold.split("|"), predicted.split("|"))
    ]
    run = subprocess.run(["perl", script], input="\n".join(sentences), capture_output=True, text=True, check=True)
    return run.stdout


cases = [json.loads(line) for line in PATH.read_text().splitlines()]
for case in cases:
    case["conlleval"] = printed(sys.argv[1], case["gold"], case["predicted"])
PATH.write_text("".join(json.dumps(case, separators=(",", ":")) + "\n" for case in cases))
print(PATH, len(cases), "cases")
