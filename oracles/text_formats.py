"""Writes the corpora in oracles/text-formats/ and text-formats.json, which says what other programs read in them.

    pip install pybrat==0.1.7 web-anno-tsv==0.0.1 nltk==3.9.1
    python oracles/text_formats.py

Readers: pybrat (brat), web-anno-tsv (WebAnno TSV), nltk's ieerstr2tree (IEER), Python's html.parser (inline tags and MUC).
OntoNotes and OpenNLP have no library for Python: simple readers of their own are in this script, after the CoNLL-2012
task's description and OpenNLP's manual. All offsets in the JSON are UTF-16 code units.
"""

import json
import os
import re
from html.parser import HTMLParser

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "text-formats")

# Text with [entities](TYPE), written for these tests. Tokens are what is between spaces.
RAW = [
    "[Ada Lovelace](PER) wrote to [Charles Babbage](PER) from [London](LOC) .",
    "No name is mentioned here .",
    "[Zoë](PER) met [Łukasz](PER) at [Café Müller](ORG) in [Köln](LOC) .",
    "😀 [Ada](PER) laughed 😂 in [Paris](LOC) 🗼 .",
    "👩‍👩‍👧 [Noor](PER) and 👨🏽‍🚀 [Sam](PER) flew to [Mars](LOC) .",
    "[Ada](PER) [Charles](PER) [London](LOC) [Paris](LOC)",
    "[e\u0301toile Cafe\u0301](ORG) opened in [Besanc\u0327on](LOC) .",
    "[مريم](PER) سافرت إلى [القاهرة](LOC) .",
    "[דנה](PER) גרה ליד [ירושלים](LOC) .",
    "\u200f[نور](PER) \u200fقرأت كتابا في [دمشق](LOC) .",
    "[田中](PER) は [東京](LOC) に 住ん で いる .",
    "[김민지](PER) 는 [서울](LOC) 에 산다 .",
    "[สมชาย](PER) ไป [กรุงเทพ](LOC) .",
    "[अनन्या](PER) [दिल्ली](LOC) में रहती है .",
    "The [Tokyo](LOC) office of [Kuroda & Sons](ORG) closed .",
    "a < b , said [Ada](PER) , and c > d .",
    "[O'Neill](PER) paid 5 % to [A.B.C. Ltd.](ORG) on [2024-05-01](DATE) .",
    "[Ada](PER)",
    ". . .",
    "“ [Ada](PER) ” , said [Ben](PER) in [London](LOC) !",
    "[New York](LOC) , [San José](LOC) , [São Paulo](LOC)",
    "The [creative_work](MISC) and [C:\\data](MISC) | [x*y](MISC) ; z .",
    "𝒜 [𝒷𝒸](PER) 𝒹 [Ünïcödé](ORG) 𝓏",
    "[فاطمة](PER) و [ليلى](PER) .",
    "[Nguyễn Thị Hoa](PER) ở [Đà Nẵng](LOC) .",
    "[Ελένη](PER) ζει στην [Αθήνα](LOC) .",
    "[Ирина](PER) живёт в [Казани](LOC) .",
    "[Ada](PER) &amp; [Ben](PER) -> [Oslo](LOC)",
]


def parse(line):
    text, entities, at = "", [], 0
    for match in re.finditer(r"\[([^\]]+)\]\((\w+)\)", line):
        text += line[at : match.start()]
        entities.append((len(text), len(text) + len(match[1]), match[2]))
        text += match[1]
        at = match.end()
    return text + line[at:], entities


DATA = [parse(line) for line in RAW]


def utf16(text, at):
    return len(text[:at].encode("utf-16-le")) // 2


def in_utf16(text, entities):
    return [[utf16(text, start), utf16(text, end), kind] for start, end, kind in sorted(entities)]


def tokens_of(text):
    return [(match.start(), match.end()) for match in re.finditer(r"[^ ]+", text)]


def tags_of(text, entities):
    """Each token's entity, and whether it is its first and its last token."""
    found = []
    for start, end in tokens_of(text):
        own = next((e for e in entities if e[0] <= start and end <= e[1]), None)
        found.append((text[start:end], own, own and own[0] == start, own and own[1] == end))
    return found


def write(name, content):
    path = os.path.join(OUT, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(content)
    return path


# --- brat: documents of up to four sentences, one per line, and an empty document ---


def brat():
    from pybrat.parser import BratParser

    for first in range(0, len(DATA), 4):
        text, lines, number = "", [], 0
        for sentence, entities in DATA[first : first + 4]:
            for start, end, kind in entities:
                number += 1
                a, b = len(text) + start, len(text) + end
                lines.append(f"T{number}\t{kind} {a} {b}\t{sentence[start:end]}\n")
            text += sentence + "\n"
        if number > 1:
            lines.insert(1, "R1\tKnows Arg1:T1 Arg2:T2\n")
            lines.append("A1\tKnown T1\n#1\tAnnotatorNotes T1\tsure\n*\tEquiv T1 T2\n")
        folder = "brat" if first < 16 else "brat/more"
        write(f"{folder}/doc-{first:02}.txt", text)
        write(f"{folder}/doc-{first:02}.ann", "".join(lines))
    write("brat/empty.txt", "")
    write("brat/empty.ann", "")
    documents = []
    parser = BratParser(ignore_types={"AM", "*"}, error="raise")
    for folder in ("brat", "brat/more"):
        for name in sorted(os.listdir(os.path.join(OUT, folder))):
            if not name.endswith(".ann") or name.startswith("empty"):
                continue
            base = os.path.join(OUT, folder, name[:-4])
            # pybrat passes over attributes and notes by the letters A, M and #.
            lines = [line for line in open(base + ".ann", encoding="utf-8") if line[0] in "TR"]
            os.makedirs("/tmp/pybrat", exist_ok=True)
            with open("/tmp/pybrat/one.ann", "w", encoding="utf-8") as file:
                file.writelines(lines)
            with open("/tmp/pybrat/one.txt", "w", encoding="utf-8") as file:
                file.write(open(base + ".txt", encoding="utf-8").read())
            (example,) = parser.parse("/tmp/pybrat")
            entities = [(e.start, e.end, e.type) for e in example.entities]
            assert all(example.text[e.start : e.end] == e.mention for e in example.entities)
            documents.append(
                {"name": f"{folder}/{name[:-4]}", "text": example.text, "entities": in_utf16(example.text, entities)}
            )
    return documents


# --- WebAnno TSV 3.3 ---


def escape_value(value):
    return re.sub(r"->|[\\\[\]|_;*]", lambda match: "\\" + match[0], value)


def webanno():
    from web_anno_tsv import open_web_anno_tsv

    out = "#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue\n"
    out += "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n"
    base, number = 0, 0
    for s, (text, entities) in enumerate(DATA, 1):
        out += f"\n#Text={text.replace(chr(92), chr(92) * 2)}\n"
        ids = {}
        for entity in entities:
            if " " in text[entity[0] : entity[1]]:
                number += 1
                ids[entity] = f"[{number}]"
        for t, (start, end) in enumerate(tokens_of(text), 1):
            own = next((e for e in entities if e[0] <= start and end <= e[1]), None)
            suffix = ids.get(own, "")
            token = text[start:end].replace("\\", "\\\\")
            place = f"{base + utf16(text, start)}-{base + utf16(text, end)}"
            value = f"{escape_value(own[2])}{suffix}" if own else "_"
            out += f"{s}-{t}\t{place}\t{token}\tX\t{'*' + suffix if own else '_'}\t{value}\t\n"
        base += utf16(text, len(text)) + 1
    path = write("webanno.tsv", out)
    # web-anno-tsv reads one layer, and shows escapes as they are.
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    plain = "\n".join("\t".join(row[:3] + row[4:6]) if len(row) > 3 else row[0] for row in lines)
    plain = plain.replace("#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue\n", "")
    with open("/tmp/webanno.tsv", "w", encoding="utf-8") as file:
        file.write(plain.replace("\\\\", "\\") + "\n")
    found = []
    with open_web_anno_tsv("/tmp/webanno.tsv") as file:
        for sentence in file:
            if not sentence.text:
                continue
            entities = [(a.start, a.stop, a.label) for a in sentence.annotations]
            found.append({"text": sentence.text, "entities": in_utf16(sentence.text, entities)})
    return found


# --- OntoNotes, CoNLL-2012 ---


def ontonotes():
    out = ""
    for part, first in enumerate(range(0, len(DATA), 14)):
        out += f"#begin document (zz/own/00/own_0001); part {part:03}\n"
        for text, entities in DATA[first : first + 14]:
            for i, (word, own, is_first, is_last) in enumerate(tags_of(text, entities)):
                name = ("(" + own[2] if is_first else "") + ("*" if own is None or not (is_first and is_last) else "")
                name += ")" if own and is_last else ""
                arguments = ["*"] * (part + i % 1)
                cells = ["zz/own/00/own_0001", str(part), str(i), word, "NN", "*", "-", "-", "-", "speaker"]
                out += "   ".join(cells + [name] + arguments + ["-"]) + "\n"
            out += "\n"
        out += "#end document\n"
    path = write("own.v4_gold_conll", out)
    sentences, rows = [], []
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        if line.strip():
            rows.append(re.split(r"\s+", line.strip()))
        elif rows:
            words, entities, stack = [row[3] for row in rows], [], []
            for i, row in enumerate(rows):
                for kind in re.findall(r"\(([^()*]+)", row[10]):
                    stack.append((i, kind))
                for _ in range(row[10].count(")")):
                    start, kind = stack.pop()
                    entities.append([start, i + 1, kind])
            sentences.append({"tokens": words, "entities": sorted(entities)})
            rows = []
    return sentences


# --- tags in the text ---


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tagged(text, entities, before, after):
    out, at = "", 0
    for start, end, kind in entities:
        out += escaped(text[at:start]) + before(kind) + escaped(text[start:end]) + after(kind)
        at = end
    return out + escaped(text[at:])


class Tags(HTMLParser):
    """Text and entities of one sentence."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.entities, self.open = "", [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.open.append((len(self.text), attributes.get("type") or tag.upper()))

    def handle_endtag(self, tag):
        start, kind = self.open.pop()
        self.entities.append((start, len(self.text), kind))

    def handle_data(self, data):
        self.text += data


def read_tags(lines):
    found = []
    for line in lines:
        parser = Tags()
        parser.feed(line)
        parser.close()
        found.append({"text": parser.text, "entities": in_utf16(parser.text, parser.entities)})
    return found


MUC = {"PER": "ENAMEX", "LOC": "ENAMEX", "ORG": "ENAMEX", "MISC": "NUMEX", "DATE": "TIMEX"}


def inline():
    lines = [tagged(text, entities, lambda kind: f"<{kind}>", lambda kind: f"</{kind}>") for text, entities in DATA]
    write("inline.txt", "\n".join(lines) + "\n")
    return read_tags(lines)


def muc():
    lines = [
        tagged(text, entities, lambda kind: f'<{MUC[kind]} TYPE="{kind}">', lambda kind: f"</{MUC[kind]}>")
        for text, entities in DATA
    ]
    out = ""
    for first in range(0, len(DATA), 7):
        out += f"<DOC>\n<DOCNO> own-{first:02} </DOCNO>\n<TEXT>\n"
        out += "".join(f"<s>{line}</s>\n" for line in lines[first : first + 7])
        out += "</TEXT>\n</DOC>\n"
    write("muc.sgml", out)
    return read_tags(lines)


def ieer():
    from nltk.chunk.util import ieerstr2tree

    # NLTK's reader takes no escapes, and begins a word at each tag.
    own = [(text, entities) for text, entities in DATA if not re.search(r"[<>&\u200f]", text)]
    lines, found = [], []
    for text, entities in own:
        line = tagged(text, entities, lambda kind: f'<b_enamex type="{kind}">', lambda kind: "<e_enamex>")
        lines.append(line)
        tree = ieerstr2tree(line, chunk_types=["PER", "LOC", "ORG", "MISC", "DATE"])
        entities, text = [], ""
        for child in tree:
            words = child if isinstance(child, str) else " ".join(child)
            text += " " if text else ""
            if not isinstance(child, str):
                entities.append([len(text), len(text) + len(words), child.label()])
            text += words
        found.append({"text": text, "entities": in_utf16(text, entities)})
    write("ieer.txt", "".join(f"<DOC>\n<p>{line}\n</DOC>\n" for line in lines))
    return found


# --- OpenNLP ---


def opennlp():
    lines = []
    for text, entities in DATA:
        parts = []
        for word, own, is_first, is_last in tags_of(text, entities):
            parts += ([f"<START:{own[2]}>"] if is_first else []) + [word] + (["<END>"] if is_last else [])
        lines.append(" ".join(parts))
    write("names.opennlp", "\n".join(lines[:14]) + "\n\n" + "\n".join(lines[14:]) + "\n")
    found = []
    for line in lines:
        words, entities = [], []
        for part in line.split(" "):
            if part.startswith("<START:"):
                entities.append([len(words), -1, part[7:-1]])
            elif part == "<END>":
                entities[-1][1] = len(words)
            else:
                words.append(part)
        found.append({"tokens": words, "entities": entities})
    return found


# --- tables of texts and ranges, as Python's own modules and pandas' users write them ---


def points(entities):
    return [(start, end, kind) for start, end, kind in entities]


def csv_spans():
    """Several layouts of the same rows. Offsets count code points, as in Python."""
    import csv

    def table(name, header, rows):
        os.makedirs(OUT, exist_ok=True)
        with open(os.path.join(OUT, name), "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])

    as_dicts = lambda text, es: [{"start": a, "end": b, "label": k} for a, b, k in es]  # noqa: E731
    table("tuples.csv", ["id", "text", "entities"], [[i, t, str(points(es))] for i, (t, es) in enumerate(DATA)])
    table("dicts.csv", ["text", "labels"], [[t, str(as_dicts(t, es))] for t, es in DATA])
    table("json.csv", ["source_text", "privacy_mask"], [
        [t, json.dumps([{"value": t[a:b], "start": a, "end": b, "label": k} for a, b, k in es], ensure_ascii=False)]
        for t, es in DATA
    ])
    table("rows.csv", ["doc_id", "text", "start", "end", "entity", "label"], [
        row
        for i, (t, es) in enumerate(DATA)
        for row in ([[i, t, a, b, t[a:b], k] for a, b, k in es] or [[i, t, "", "", "", ""]])
    ])
    return own()


def own():
    return [{"text": text, "entities": in_utf16(text, entities)} for text, entities in DATA]


if __name__ == "__main__":
    made = {f.__name__: f() for f in (own, brat, webanno, ontonotes, inline, muc, ieer, opennlp, csv_spans)}
    with open(os.path.join(HERE, "text-formats.json"), "w", encoding="utf-8") as file:
        json.dump(made, file, ensure_ascii=False, indent=1)
        file.write("\n")
    print({name: len(found) for name, found in made.items()})
