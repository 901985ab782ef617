"""Cohen's kappa and agreement of tokens, by scikit-learn: python kappa.py > kappa.json"""

import json
import random

import sklearn
from sklearn.metrics import accuracy_score, cohen_kappa_score

random.seed(19)
cases = []
for types, noise, tokens in [(2, 0.0, 40), (2, 0.1, 200), (3, 0.3, 200), (5, 0.5, 500), (8, 1.0, 500), (1, 0.2, 30)]:
    labels = ["O"] + [f"T{i}" for i in range(types)]
    weights = [5] + [1] * types
    first = random.choices(labels, weights, k=tokens)
    second = [random.choice(labels) if random.random() < noise else each for each in first]
    cases.append(
        {
            "first": first,
            "second": second,
            "kappa": cohen_kappa_score(first, second),
            "agreement": accuracy_score(first, second),
        }
    )
print(json.dumps({"by": f"scikit-learn {sklearn.__version__}", "cases": cases}))
