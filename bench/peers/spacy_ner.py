"""spaCy's entity recognizer for `bench/text-tagging.mjs` and `bench/all-cores.mjs`. Reads commands from stdin, a JSON object a
line, and answers so:

    {"do": "load", "model": "en_core_web_sm", "blas": "blis"}    or "numpy": which library multiplies matrices
    {"do": "tag", "texts": […], "processes": 1}                  answers seconds, CPU seconds of this process, number of entities

A model that was trained here is named by its folder.
"""
import importlib
import json
import sys
import time

import spacy
from thinc.api import NumpyOps, set_current_ops

UNUSED = ["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]
nlp = None
for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "load":
        set_current_ops(NumpyOps(use_blis=command["blas"] == "blis"))
        try:
            nlp = spacy.load(command["model"], exclude=UNUSED)
        except OSError:
            nlp = importlib.import_module(command["model"]).load(exclude=UNUSED)
        answer = {"version": f"spaCy {spacy.__version__}, {nlp.meta['name']}, {command['blas']}"}
    else:
        began, clock = time.process_time(), time.perf_counter()
        documents = nlp.pipe(command["texts"], batch_size=64, n_process=command.get("processes", 1))
        found = sum(len(document.ents) for document in documents)
        answer = {
            "seconds": time.process_time() - began,
            "wall": time.perf_counter() - clock,
            "entities": found,
        }
    print(json.dumps(answer), flush=True)
