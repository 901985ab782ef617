# The buckets of words' runs of characters by gensim's code for fastText: pip install gensim==4.4.0 && python oracles/subwords.py
import json, pathlib
from gensim.models.fasttext import ft_ngram_hashes

WORDS = ["of", "where", "Ankara", "café", "São", "naïve", "Ελλάδα", "北京", "東京タワー", "😀", "a", "x86-64", "d'Artagnan",
         "Württemberg", "Škoda", "İstanbul", "👩‍🚀", "ﬁ", "العربية", "हिन्दी", "internationalization"]
SCHEMES = [(3, 6, 2000000), (1, 2, 1000), (2, 2, 7), (4, 4, 2000000)]
out = [{"shortest": a, "longest": b, "buckets": n, "words": {w: [int(h) for h in ft_ngram_hashes(w, a, b, n)] for w in WORDS}}
       for a, b, n in SCHEMES]
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, ensure_ascii=False) + "\n")
