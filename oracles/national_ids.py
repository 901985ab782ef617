"""Writes oracles/national-ids.json: verdicts of python-stdnum on random national ids, IBANs and card numbers.

Of each type: numbers that it accepts, and numbers that it refuses, most of which differ from an accepted one by a
character. Usage: python3 oracles/national_ids.py (needs python-stdnum 2.2)
"""
import json
import random
import string
from pathlib import Path

from stdnum import iban, luhn, verhoeff
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import ssn
from stdnum.za import idnr as za

COUNT = 30
random.seed(17)
digits = lambda count: "".join(random.choices(string.digits, k=count))
letters = lambda count, of=string.ascii_uppercase: "".join(random.choices(of, k=count))


def day(order):
    """A date, mostly one that exists, in digits."""
    year, month, number = random.randint(30, 99), random.randint(1, 12), random.randint(1, 29)
    if random.random() < 0.1:
        month, number = random.randint(0, 14), random.randint(0, 33)
    return "".join(f"{dict(y=year, m=month, d=number)[part]:02}" for part in order)


def is_ric(number):
    # python-stdnum asks whether the district existed in that year, which takes a table of 6,000 places.
    try:
        ric.get_birth_date(number)
    except Exception:
        return False
    return number[-1] == ric.calc_check_digit(number) and number[:2] in PROVINCES


def is_cpr(number):
    # python-stdnum refuses dates after today too.
    try:
        cpr.get_birth_date(number)
    except Exception:
        return False
    return True


PROVINCES = set("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split())

KINDS = {
    "US_SSN": (lambda: digits(9), ssn.is_valid),
    "UK_NHS": (lambda: digits(10), nhs.is_valid),
    "DE_TAX_ID": (lambda: digits(11), idnr.is_valid),
    "FR_NIR": (lambda: random.choice("12") + day("ym") + random.choice(["75", "2A", "2B", "13", "69"]) + digits(8), nir.is_valid),
    "ES_DNI": (lambda: digits(8) + letters(1), dni.is_valid),
    "ES_NIE": (lambda: letters(1, "XYZ") + digits(7) + letters(1), nie.is_valid),
    "IT_FISCAL_CODE": (lambda: letters(6) + digits(2) + letters(1, "ABCDEHLMPRST") + f"{random.choice([0, 40]) + random.randint(1, 31):02}" + letters(1) + digits(3) + letters(1), codicefiscale.is_valid),
    "NL_BSN": (lambda: digits(9), bsn.is_valid),
    "BE_NATIONAL_NUMBER": (lambda: day("ymd") + digits(5), nn.is_valid),
    "PL_PESEL": (lambda: day("ymd") + digits(5), pesel.is_valid),
    "SE_PERSONNUMMER": (lambda: day("ymd") + digits(4), personnummer.is_valid),
    "NO_FODSELSNUMMER": (lambda: day("dmy") + digits(5), fodselsnummer.is_valid),
    "DK_CPR": (lambda: day("dmy") + digits(4), is_cpr),
    "FI_HETU": (lambda: day("dmy") + random.choice("-+AYB") + digits(3) + letters(1, "0123456789ABCDEFHJKLMNPRSTUVWXY"), hetu.is_valid),
    "CH_AHV": (lambda: "756" + digits(10), ahv.is_valid),
    "BR_CPF": (lambda: digits(11), cpf.is_valid),
    "CA_SIN": (lambda: digits(9), sin.is_valid),
    "IN_AADHAAR": (lambda: digits(12), aadhaar.is_valid),
    "KR_RRN": (lambda: day("ymd") + digits(7), rrn.is_valid),
    "CN_RIC": (lambda: random.choice(["11", "31", "44", "99"]) + digits(4) + "19" + day("ymd") + digits(3) + letters(1, "0123456789X"), is_ric),
    "ZA_ID": (lambda: day("ymd") + digits(7), za.is_valid),
    "TR_TCKN": (lambda: digits(11), tckimlik.is_valid),
    "MX_CURP": (lambda: letters(1) + letters(1, "AEIOU") + letters(2) + day("ymd") + letters(1, "HM") + random.choice(["DF", "JC", "NL", "XX"]) + letters(3) + digits(2), curp.is_valid),
    "IBAN": (None, iban.is_valid),
    "LUHN": (lambda: digits(16), luhn.is_valid),
    "VERHOEFF": (lambda: digits(12), verhoeff.is_valid),
}


def random_iban():
    """One of any country, with the right check digits."""
    country = random.choice(COUNTRIES)
    classes = {"n": string.digits, "a": string.ascii_uppercase, "c": string.ascii_uppercase + string.digits}
    bban = "".join(letters(int(part[:-2] if part[-2] == "!" else part[:-1]), classes[part[-1]]) for part in STRUCTURES[country])
    return country + iban.calc_check_digits(country + "00" + bban) + bban


STRUCTURES = {}
for line in Path(iban.__file__).with_name("iban.dat").read_text().splitlines():
    if not line.startswith("#"):
        text = line.split('bban="')[1].split('"')[0]
        parts, part = [], ""
        for character in text:
            part += character
            if character in "nac":
                parts.append(part)
                part = ""
        STRUCTURES[line[:2]] = parts
COUNTRIES = sorted(STRUCTURES)


def changed(number):
    """The number with one character of its kind changed."""
    at = random.randrange(len(number))
    of = string.digits if number[at].isdigit() else string.ascii_uppercase
    return number[:at] + random.choice(of) + number[at + 1 :] if number[at].isalnum() else number


result = {}
for name, (make, is_valid) in KINDS.items():
    make = make or random_iban
    valid, invalid = [], []
    while len(valid) < COUNT:
        number = make()
        if number not in valid and is_valid(number):
            valid.append(number)
    while len(invalid) < COUNT:
        number = changed(random.choice(valid)) if random.random() < 0.8 else make()
        if number not in invalid and not is_valid(number):
            invalid.append(number)
    result[name] = {"valid": " ".join(valid), "invalid": " ".join(invalid)}
Path("oracles/national-ids.json").write_text(json.dumps(result, indent=1) + "\n")
