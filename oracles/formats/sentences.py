"""Sentences for the oracles of corpus formats: texts with their entities, and tokens that fit them.

Entities are marked as [text](TYPE). Offsets count code points.
"""
import re

MARKED = [
    "[Ada Lovelace](PER) wrote to [Charles Babbage](PER) from [London](LOC).",
    "[Siemens AG](ORG) hired [Zoë Müller](PER) in [Köln](LOC) last [May](DATE).",
    "😀 [Ada](PER) met [Grace](PER) 😀",
    "👩‍👩‍👧 [Zürich](LOC) 👩‍👩‍👧 [Bern](LOC) 🇨🇭",
    "𝒜𝒹𝒶 and [𝒢race](PER) sailed to [𝔅erlin](LOC) 🚢 with [Ivy 🌿](PER)",
    "פגשתי את [דנה](PER) ב[ירושלים](LOC) אתמול",
    "سافر [خالد](PER) إلى [القاهرة](LOC) مع [ليلى](PER)",
    "An e\u0301clair from [Cafe\u0301 Noe\u0301mi](ORG) in [Bogota\u0301](LOC)",
    "[नई दिल्ली](LOC) में [आशा](PER) रहती है",
    "[東京](LOC)の[田中](PER)さん",
    "[Lima](LOC)[Quito](LOC) side by side",
    "[Olga](PER) [Boris](PER) [Prague](LOC), three in a row",
    "[Oslo](LOC)",
    "Nothing to find here.",
    "The \"quoted\" [Acme, Inc.](ORG) and its\ttab",
    "First line with [Hanna](PER)\nsecond line with [Turin](LOC)",
    "Two  spaces before  [Malmö](LOC)  and after",
    "[O'Brien](PER) said: 'no', then left [Co. Kerry](LOC)",
    "a&b <b>[Rosa](PER)</b> &amp; {braces} [brackets]",
    "C:\\temp\\file belongs to [Nils](PER) \\n",
    "[ABC](ORG)-[XYZ](ORG) merged in [1999](DATE)",
    "สวัสดี [กรุงเทพ](LOC) 🙏🏽 [Mai](PER)",
    "\u202b[تونس](LOC)\u202c is written from right to left",
    "[İzmir](LOC) and [ǅemal](PER) and [ﬁrma](ORG)",
    "[Ödön von Horváth](PER) crossed the [Rue de l’Odéon](LOC) 🌩️",
    "👍🏿[Kofi](PER)👍🏿 in [Accra](LOC)👍🏿",
    "",
]


def parse(marked):
    """The text and its entities, as (start, end, type)."""
    text, spans, at = "", [], 0
    for found in re.finditer(r"\[([^\[\]]+)\]\(([A-Z]+)\)", marked):
        text += marked[at : found.start()]
        spans.append((len(text), len(text) + len(found[1]), found[2]))
        text += found[1]
        at = found.end()
    return text + marked[at:], spans


SENTENCES = [parse(each) for each in MARKED]


def words_and_spaces(text, spans):
    """Tokens cut at the entities' edges, and whether one space follows each; other white space is a token."""
    edges = {at for start, end, _ in spans for at in (start, end)}
    words, spaces, at = [], [], 0
    while at < len(text):
        found = re.compile(r"\w+|\s+|[^\w\s]+").match(text, at)
        end = min([found.end()] + [edge for edge in edges if at < edge < found.end()])
        word = text[at:end]
        if word[0] == " " and words and not spaces[-1]:
            spaces[-1] = True
            word = word[1:]
        if word:
            words.append(word)
            spaces.append(False)
        at = end
    return words, spaces


def tags_of(text, spans):
    """Tokens that are not white space, with BIO tags."""
    tokens, tags, at = [], [], 0
    for word, space in zip(*words_and_spaces(text, spans)):
        if word.strip():
            tokens.append(word)
            inside = [(start, type) for start, end, type in spans if start <= at < end]
            tags.append(("B-" if inside[0][0] == at else "I-") + inside[0][1] if inside else "O")
        at += len(word) + space
    return tokens, tags


TYPES = ["PER", "ORG", "LOC", "DATE"]
NAMES = ["O"] + [prefix + type for type in TYPES for prefix in ("B-", "I-")]
