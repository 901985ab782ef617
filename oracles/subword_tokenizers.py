"""Small tokenizers of each kind, and what PyPI's `tokenizers` makes of many texts with them.

Writes oracles/subword/NAME.json (tokenizer files) and oracles/subword-tokenizers.json (texts, ids, offsets in code points).

    pip install tokenizers==0.23.3
    python3 oracles/subword_tokenizers.py
    python3 oracles/subword_tokenizers.py --texts 100000 --out many.json --tokenizer bert=tokenizer.json

The second form writes as many cases of other tokenizer files, for scripts/compare-subword-tokenizers.mjs.
"""

import argparse
import base64
import json
import random
import re
import struct
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
WORDS = (
    "the of and to in is was for on that with by as at from his he it an were are which this also be or has had its "
    "first one their not after who but two her she been other when there all during new school time into city up only "
    "Ada Lovelace wrote London Paris Berlin Zürich São Paulo naïve café façade Ångström Übermut ﬁnance oﬃce ½ № ℡ "
    "don't we'll I'm they've it's U.S.A. e-mail a.b@c.org http://x.y/z?q=1 $5.00 3,14 1st 2nd 100% #tag @user (see) "
    "Москва Αθήνα Σίσυφος οδός 東京 北京 日本語 한국어 ไทย العربية עברית हिन्दी தமிழ் İstanbul ışık straße ŒUVRE ꟾ "
    "😀 👩‍👩‍👧 🇩🇪 👍🏽 e\u0301 a\u0308\u0323 a\u0323\u0308 \u1E9B\u0323 Å \uAC00\u11A8 \u1100\u1161 ｆｕｌｌ　ｗｉｄｔｈ ㌔ ﷺ ™ … — – “q” ‘s’ «g»"
).split(" ")
ODD = "\t\n\r\u0000\u0001\u007f\u0085\u00a0\u00ad\u0300\u0301\u0323\u0345\u0334\u180e\u200b\u200c\u200d\u200e\u2028\u2029\u202f\u3000\ufeff\ufffd\ufe0f\U000e0001▁Ġ##</w>"


def make_text(rng):
    parts = []
    for _ in range(rng.randint(0, 9)):
        kind = rng.random()
        if kind < 0.62:
            word = rng.choice(WORDS)
            if rng.random() < 0.15:
                word = word.upper()
            if rng.random() < 0.1:
                cut = rng.randint(0, len(word))
                word = word[:cut] + rng.choice(ODD) + word[cut:]
            parts.append(word)
        elif kind < 0.72:
            parts.append("".join(chr(rng.randint(0x21, 0x7E)) for _ in range(rng.randint(1, 8))))
        elif kind < 0.82:
            parts.append("".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(1, 12))))
        elif kind < 0.88:
            parts.append(rng.choice(ODD) * rng.randint(1, 3))
        elif kind < 0.93:
            parts.append(chr(rng.choice([rng.randint(0xA0, 0x24F), rng.randint(0x300, 0x5FF), rng.randint(0x1E00, 0x2BFF), rng.randint(0x3000, 0x33FF), rng.randint(0x1F300, 0x1F6FF)])))
        else:
            parts.append(rng.choice(["[MASK]", "<mask>", "[SEP]", "</s>", "<s>", "[CLS]", "newword", "[UNK]"]))
    text = ""
    for part in parts:
        text += part + rng.choice([" ", " ", " ", " ", "", "  ", "\n", "."])
    return text.encode("utf-8", "ignore").decode("utf-8") if rng.random() < 0.7 else text.strip()


def training_texts():
    rng = random.Random(1)
    return [" ".join(rng.choice(WORDS) for _ in range(12)) for _ in range(2000)]


def charsmap():
    """A small map as SentencePiece stores it: some characters and groups to others, one to nothing."""
    entries = {"ﬁ": "fi", "½": "1/2", "　": " ", "…": "...", "Å": "Å", "e\u0301": "é", "\u00ad": "", "\u0001": "", "ｆ": "f", "№": "No", "\t": " ", "\n": " ", "™": "TM", "a\u0308": "ä"}
    blob = b""
    places = {}
    for key, value in sorted(entries.items(), key=lambda item: item[0].encode()):
        places[key.encode()] = len(blob)
        blob += value.encode() + b"\0"
    return base64.b64encode(struct.pack("<I", 4 * len(units := double_array(places))) + struct.pack(f"<{len(units)}I", *units) + blob).decode()


def double_array(entries):
    """A plain construction of darts-clone's double array; every node's children are put where they fit first."""
    root = {}
    for key, value in entries.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[None] = value
    units = {0: 0}
    used = {0}
    taken_bases = set()

    def place(node, at):
        labels = [(0 if label is None else label) for label in node]
        base = 1
        while True:
            offset = base ^ at
            fits = base not in taken_bases and all((base ^ label) not in used for label in labels)
            if fits and (offset < (1 << 21) or offset & 0xFF == 0):
                break
            base += 1
        taken_bases.add(base)
        offset = base ^ at
        units[at] |= (offset << 10) | ((1 << 8) if None in node else 0)
        for label in labels:
            used.add(base ^ label)
        for label, child in node.items():
            own = base ^ (0 if label is None else label)
            units[own] = (1 << 31) | child if label is None else label
        for label, child in node.items():
            if label is not None:
                place(child, base ^ label)

    place(root, 0)
    size = (max(units) | 0xFF) + 1
    return [units.get(i, 0) for i in range(size)]


def template(cls, sep):
    return processors.TemplateProcessing(single=f"{cls[0]} $A {sep[0]}", pair=f"{cls[0]} $A {sep[0]} $B:1 {sep[0]}:1", special_tokens=[cls, sep])


def bert(lowercase, strip_accents=None):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=strip_accents)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(training_texts(), trainers.WordPieceTrainer(vocab_size=400, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    tokenizer.post_processor = template(("[CLS]", 2), ("[SEP]", 3))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_tokens([AddedToken("newword", single_word=True), AddedToken("lstripped", lstrip=True, rstrip=True)])
    return tokenizer


def byte_level(post, add_prefix_space=False, normalizer=None, regex=True):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space, use_regex=regex)
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(training_texts(), trainer)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = post
    return tokenizer


def unigram(normalizer, pre_tokenizer, byte_fallback=False):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(training_texts(), trainers.UnigramTrainer(vocab_size=400, special_tokens=special, unk_token="<unk>"))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = template(("<s>", 0), ("</s>", 2))
    return tokenizer


def character_bpe(prefix=None):
    options = {"continuing_subword_prefix": prefix} if prefix else {}
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>", fuse_unk=prefix is None, **options))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)])
    tokenizer.train_from_iterator(training_texts(), trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>"], end_of_word_suffix="</w>", **options))
    return tokenizer


def kinds():
    precompiled = normalizers.Precompiled(base64.b64decode(charsmap()))
    return {
        "bert-uncased": bert(True),
        "bert-cased": bert(False),
        "bert-accents": bert(True, False),
        "roberta": byte_level(processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)),
        "roberta-prefix": byte_level(processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=True), True),
        "modernbert": byte_level(template(("<s>", 0), ("</s>", 2)), normalizer=normalizers.NFC()),
        "byte-level": byte_level(processors.ByteLevel(trim_offsets=False), normalizer=normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Prepend("x")]), regex=False),
        "xlm-roberta": unigram(precompiled, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])),
        "deberta": unigram(normalizers.Sequence([normalizers.Strip(), precompiled, normalizers.Replace(Regex(" {2,}"), " ")]), pre_tokenizers.Sequence([pre_tokenizers.Punctuation(), pre_tokenizers.Metaspace(prepend_scheme="first")])),
        "unigram-nfkd": unigram(normalizers.Sequence([normalizers.NFKD(), normalizers.Lowercase(), normalizers.Replace("``", '"')]), pre_tokenizers.Metaspace(prepend_scheme="never", split=False)),
        "character-bpe": character_bpe(),
        "character-bpe-prefix": character_bpe("@@"),
    }


def without_removed(text, tokenizer, has_map):
    """`tokenizers` 0.23 forgets what a map of characters removes at the beginning of a part: offsets after it are wrong."""
    if not has_map:
        return text
    removed = {c for c in set(text) if tokenizer.normalizer.normalize_str("a" + c + "a") == "aa"}
    if not removed:
        return text
    return re.sub(f"(^|[^A-Za-z])[{re.escape(''.join(removed))}]+", r"\1", text)


def ties_of(path, tokenizer, count, rng):
    """Texts with two ways to be cut whose scores are equal but for rounding, after pieces whose scores `tokenizers` reads with another last digit."""
    stored = json.loads(path.read_text())["model"]["vocab"]
    read = json.loads(tokenizer.to_str())["model"]["vocab"]
    pieces = [own[0].replace("▁", " ") for own, other in zip(stored, read) if own[1] != other[1]]
    return ["".join(rng.choice(pieces) for _ in range(rng.randint(1, 4))) + "".join(rng.choice(["…", "."]) for _ in range(rng.randint(2, 5))) for _ in range(count)]


def cases_of(name, tokenizer, count, seed):
    rng = random.Random(seed)
    cases = []
    texts = [make_text(rng) for _ in range(count)]
    path = HERE / "subword" / f"{name}.json"
    if isinstance(tokenizer.model, models.Unigram) and path.exists():
        texts += ties_of(path, tokenizer, count // 3, rng)
    has_map = "Precompiled" in tokenizer.to_str()
    for text in texts:
        text = without_removed(text, tokenizer, has_map)
        encoding = tokenizer.encode(text, add_special_tokens=False)
        cases.append([text, encoding.ids, [place for pair in encoding.offsets for place in pair]])
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--tokenizer", action="append", default=[])
    given = parser.parse_args()
    if given.tokenizer:
        tokenizers = {name: Tokenizer.from_file(path) for name, path in (own.split("=", 1) for own in given.tokenizer)}
        for tokenizer in tokenizers.values():
            tokenizer.no_truncation()
            tokenizer.no_padding()
    elif given.out:
        names = json.loads((HERE / "subword-tokenizers.json").read_text())
        tokenizers = {name: Tokenizer.from_file(str(HERE / "subword" / f"{name}.json")) for name in names}
    else:
        tokenizers = kinds()
        (HERE / "subword").mkdir(exist_ok=True)
        for name, tokenizer in tokenizers.items():
            (HERE / "subword" / f"{name}.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n")
    results = {name: cases_of(name, tokenizer, given.texts, given.seed + i) for i, (name, tokenizer) in enumerate(tokenizers.items())}
    out = given.out or HERE / "subword-tokenizers.json"
    lines = ",\n".join(f"{json.dumps(name)}:[\n" + ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases) + "]" for name, cases in results.items())
    out.write_text("{" + lines + "}\n")


main()
