# gensim's word vectors for bench/vectors.mjs: `train SETTINGS` prints speeds as JSON, `score FILE…` similarities and analogies.
# pip install gensim==4.4.0
import json, sys, time
from gensim.models import FastText, KeyedVectors, Word2Vec
from gensim.test.utils import datapath


def train(settings):
    path, out, subwords = settings.pop("path"), settings.pop("out"), settings.pop("subwords")
    model = (FastText if subwords else Word2Vec)(**settings)
    model.build_vocab(corpus_file=path)
    wall, cpu = time.perf_counter(), time.process_time()
    model.train(corpus_file=path, total_examples=model.corpus_count, total_words=model.corpus_total_words, epochs=model.epochs)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    model.wv.save_word2vec_format(out, binary=True)
    words = model.corpus_total_words * model.epochs
    return {"wall": words / wall, "cpu": words / cpu}


def score(path):
    vectors = KeyedVectors.load_word2vec_format(path, binary=path.endswith(".bin"))
    pairs = {name: vectors.evaluate_word_pairs(datapath(file))[1][0] for name, file in
             [("WordSim-353", "wordsim353.tsv"), ("SimLex-999", "simlex999.txt")]}
    total, sections = vectors.evaluate_word_analogies(datapath("questions-words.txt"), restrict_vocab=30000)
    asked = sum(len(s["correct"]) + len(s["incorrect"]) for s in sections[:-1])
    return {**{k: round(float(v), 4) for k, v in pairs.items()}, "analogies": round(total, 4), "asked": asked}


if sys.argv[1] == "train":
    print(json.dumps(train(json.loads(sys.argv[2]))))
else:
    print(json.dumps([score(path) for path in sys.argv[2:]]))
