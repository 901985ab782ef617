"""python-crfsuite for `bench/crf.mjs`, with the features of the preset `crf`. What a word says at a place is put into strings once.

    crfsuite_tagger.py train TRAIN DEV MODEL     trains, tags DEV and prints a line of JSON: seconds and the tags of DEV
    crfsuite_tagger.py serve MODEL               reads commands from stdin, a JSON object a line, and answers so:
                                                 {"do": "tag", "sentences": [["Ada", …], …], "scores": false}
"""
import json
import re
import sys
import time

import pycrfsuite

OFFSETS = (-2, -1, 1, 2)


def shape(word):
    outline = re.sub("[A-Z]", "X", re.sub("[a-z]", "x", re.sub("[0-9]", "d", word)))
    return re.sub(r"(.)\1{2,}", r"\1\1", outline)


class Features:
    """Lists of attributes, with those of each word made once."""

    def __init__(self):
        self.known = {}

    def of_word(self, word):
        lower, outline = word.lower(), shape(word)
        upper, title = word.isupper(), word.istitle()
        own = ["b", "w=" + lower, "W=" + word, "s3=" + word[-3:], "s2=" + word[-2:], "p3=" + word[:3]]
        own += ["p2=" + word[:2], "sh=" + outline, f"up={upper:d}", f"ti={title:d}", f"di={word.isdigit():d}"]
        near = [[f"{o}:w={lower}", f"{o}:ti={title:d}", f"{o}:up={upper:d}", f"{o}:sh={outline}"] for o in OFFSETS]
        return own, near

    def of_sentence(self, words):
        known = self.known
        found = []
        for word in words:
            if word not in known:
                known[word] = self.of_word(word)
            found.append(known[word])
        last = len(words) - 1
        rows = []
        for i, (own, _) in enumerate(found):
            row = own.copy()
            for place, offset in enumerate(OFFSETS):
                j = i + offset
                if 0 <= j <= last:
                    row += found[j][1][place]
                elif offset == -1:
                    row.append("BOS")
                elif offset == 1:
                    row.append("EOS")
            rows.append(row)
        return rows


def read(path):
    sentences, words, tags = [], [], []
    for line in open(path, encoding="utf-8"):
        columns = line.split()
        if columns and not line.startswith("-DOCSTART-"):
            words.append(columns[0])
            tags.append(columns[-1])
        elif not columns and words:
            sentences.append((words, tags))
            words, tags = [], []
    return sentences + ([(words, tags)] if words else [])


def bio(tags):
    found = []
    for i, tag in enumerate(tags):
        if tag[0] == "I" and (i == 0 or tags[i - 1] == "O" or tags[i - 1][2:] != tag[2:]):
            tag = "B" + tag[1:]
        found.append(tag)
    return found


def train(train_path, dev_path, model):
    trainer = pycrfsuite.Trainer(verbose=False)
    features = Features()
    began = time.perf_counter()
    for words, tags in read(train_path):
        trainer.append(features.of_sentence(words), bio(tags))
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": True})
    learning = time.perf_counter()
    trainer.train(model)
    learned = time.perf_counter()
    tagger = pycrfsuite.Tagger()
    tagger.open(model)
    tags = [tagger.tag(features.of_sentence(words)) for words, _ in read(dev_path)]
    print(json.dumps({"features": learning - began, "training": learned - learning, "tags": tags}))


def serve(model):
    tagger = pycrfsuite.Tagger()
    tagger.open(model)
    features = Features()
    for line in sys.stdin:
        command = json.loads(line)
        began = time.process_time()
        count = 0
        for words in command["sentences"]:
            tags = tagger.tag(features.of_sentence(words))
            if command["scores"]:
                for i, tag in enumerate(tags):
                    if tag != "O":
                        tagger.marginal(tag, i)
            count += len(tags)
        print(json.dumps({"seconds": time.process_time() - began, "words": count}), flush=True)


{"train": train, "serve": serve}[sys.argv[1]](*sys.argv[2:])
