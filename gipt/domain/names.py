"""How names that sound alike are found across spellings and scripts.

A *sound key* is the consonant skeleton of one word after spellings that stand for one sound are made equal,
so that Mohamed, Muhammad, Mamadou and محمد share a key. Keys are broad on purpose: they gather candidates
(also as keyed blind indexes in the database); `likely_same` then weighs the whole names and the other
evidence. Nothing here decides that two people are one: a person does.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# Sound → letters that stand for it.
ARABIC_SOUNDS = {
    "a": "اأإآٱعىة", "b": "ب", "p": "پ", "t": "تطٹ", "th": "ث", "g": "جژغگ", "s": "چزسصشظ", "h": "حهہھ",
    "k": "خقکك", "d": "دذضڈ", "r": "رڑ", "f": "فڤ", "l": "ل", "m": "م", "n": "نں", "w": "وؤ",
    "y": "ييیےئ", "": "ء",
}  # fmt: skip
CYRILLIC_SOUNDS = {
    "a": "а", "b": "б", "v": "в", "g": "гґж", "d": "д", "e": "еэ", "z": "з", "i": "иіїы", "y": "й", "k": "к",
    "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "сцчшщ", "t": "т", "u": "у",
    "f": "ф", "kh": "х", "yu": "ю", "ya": "я", "ye": "є", "yo": "ё", "": "ьъ",
}  # fmt: skip
# Latin letters that have no decomposition.
LATIN_SOUNDS = {
    "o": "øɔ",
    "d": "đðɗ",
    "l": "ł",
    "n": "ŋ",
    "b": "ɓ",
    "k": "ƙ",
    "y": "ƴ",
    "i": "ı",
    "e": "əɛæœ",
}
LETTERS = {
    letter: sound
    for table in (ARABIC_SOUNDS, CYRILLIC_SOUNDS, LATIN_SOUNDS)
    for sound, letters in table.items()
    for letter in letters
}
# One spelling for the letters that Arabic keyboards and hands use for one another.
ARABIC_VARIANTS = str.maketrans("أإآٱىیکةؤئ", "ااااييكهوي")
# Scripts whose letters carry their sound in their Unicode name: ETHIOPIC SYLLABLE MA, DEVANAGARI LETTER KHA.
NAMED_LETTER = re.compile(
    r"(ETHIOPIC SYLLABLE|"
    r"(?:DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU|KANNADA|MALAYALAM|SINHALA|MYANMAR)"
    r" (?:LETTER|SIGN)) ([A-Z]+)(?: ([A-Z]+))?$"
)
ETHIOPIC_SOUNDS = {"X": "h", "C": "ch", "PH": "p", "KX": "h", "TZ": "ts", "HH": "h"}

# Titles and linking words that are written or left out at will.
PARTICLES = frozenset(re.findall(r"\w+", """
    mr mrs ms miss dr prof sr sister brother bro mme mlle monsieur madame ato woizero weyzero shri smt md mst
    hajj haj hajji hajja hadji alhaji alhaj sheikh cheikh mama baba
    el al bin ben ibn bint bte binti ould wold ole de da do dos das du di van von
"""))  # fmt: skip

# Spellings of one sound, longest first; applied to lower-case Latin letters.
SPELLINGS = tuple(tuple(pair.split(">")) for pair in re.findall(r"\S+", """
    thm>sm tch>s sch>s dj>g dz>s kh>k gh>g th>t dh>d sh>s ch>s ph>f bh>b jh>g
    zh>s ts>s tz>s ck>k qu>k gn>n ny>n x>ks q>k j>g z>s v>b
"""))  # fmt: skip
# Spellings of very common names that no general rule reaches: Somali Faduma, Swahili Hadija.
WHOLE_NAMES = ((r"^fadu?m", "fatm"), (r"^hadi?d?g", "kadig"))
VOWEL_SPELLINGS = tuple(
    tuple(pair.split(">"))
    for pair in re.findall(r"\S+", "eau>o ou>u oo>u ee>i ea>i ei>i ai>e ay>e ey>e au>o aw>o o>u e>i")
)


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """Hold what is known of one person when two are compared; None and "" mean not known."""

    name: str
    birth_year: int | None = None
    phone: str = ""
    place: str = ""
    sex: str = ""


def normalise_name(name: str) -> str:
    """Give the name in one form for exact comparison: NFKC, lower case, no diacritics, single spaces."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("ـ", "")
    kept = []
    for letter in unicodedata.normalize("NFD", text):
        # Marks carry the vowels of Indic scripts, so only those of other alphabets are dropped.
        if unicodedata.category(letter) != "Mn" or 0x0900 <= ord(letter) <= 0x109F:
            kept.append(letter)
    text = unicodedata.normalize("NFC", "".join(kept))
    text = text.translate(ARABIC_VARIANTS)
    text = re.sub(r"['’ʼ`´ʿʾ]", "", text)
    return " ".join(re.sub(r"[^\w\u0300-\u036f\u0900-\u1fff]+|_", " ", text).split())


@lru_cache(maxsize=50_000)
def sound_key(word: str) -> str:
    """Give the consonant skeleton of one word, "a" for a vowel at its start; "" when nothing sounds."""
    text = _respell(_latin(normalise_name(word)).replace(" ", ""))
    for spelling, sound in WHOLE_NAMES:
        text = re.sub(spelling, sound, text)
    text = re.sub(r"^ab[dt][aeiou]{1,2}l(?=[^aeiou])", "abd", text)
    text = re.sub(r"^(?:y|i)(?=[aeiou])", "y", text)
    text = re.sub(r"^h(?=[aeiou]|$)", "", text)
    text = re.sub(r"^h", "a", text)
    first, rest = text[:1], text[1:]
    skeleton = ("a" if first in "aeiou" else first) + re.sub("[aeiouhwy]", "", rest)
    return re.sub(r"(.)\1+", r"\1", skeleton)


@lru_cache(maxsize=50_000)
def name_words(name: str) -> tuple[str, ...]:
    """Give the words of a name that carry it: no titles, no articles, "Abd al-X" as one word."""
    joined: list[str] = []
    for raw in normalise_name(name).split():
        word = re.sub(r"^ال(?=\w{2})", "", raw)
        is_article = raw in PARTICLES
        if joined and joined[-1] in {"abd", "abdul", "abdel", "abdal", "abdoul", "عبد"} and not is_article:
            joined[-1] = ("abd" if joined[-1] != "عبد" else "عبد") + word
        elif not is_article:
            joined.append(word)
    words = [word for word in joined if not word.isdigit()]
    return tuple(words or normalise_name(name).split())


def sound_keys(name: str) -> list[str]:
    """Give one sound key for each word of a name, in order, each once."""
    keys = (sound_key(word) for word in name_words(name))
    return list(dict.fromkeys(key for key in keys if key))


def likely_same(one: NameEvidence, other: NameEvidence) -> bool:
    """Say whether two records are so alike that a person should be asked whether they are one.

    Whole names that sound alike suffice unless something known speaks against it; with one shared word only,
    another fact (phone, place with birth year) has to speak for it. Ages are often guesses, so birth years up
    to two apart agree and only more than five apart disagree.
    """
    if one.sex and other.sex and one.sex != other.sex:
        return False
    shared, shorter = _shared_words(one.name, other.name)
    if not shared:
        return False
    same_phone = bool(one.phone) and phone_tail(one.phone) == phone_tail(other.phone)
    if same_phone:
        return True
    years = abs(one.birth_year - other.birth_year) if one.birth_year and other.birth_year else None
    if years is not None and years > 5:
        return False
    places_known = bool(one.place and other.place)
    same_place = places_known and sound_keys(one.place) == sound_keys(other.place)
    near_year = years is not None and years <= 2
    if shared < shorter:
        return False
    if shorter == 1:
        return same_place and near_year
    return same_place or not places_known or near_year


def phone_tail(phone: str) -> str:
    """Give the last eight digits of a phone number: prefixes are written in many ways."""
    digits = (unicodedata.digit(mark, None) for mark in phone)
    return "".join(str(digit) for digit in digits if digit is not None)[-8:]


def _shared_words(one: str, other: str) -> tuple[int, int]:
    """Give how many words of the shorter name sound like a word of the longer one, and how many it has."""
    first, second = sorted((name_words(one), name_words(other)), key=len)
    left, shared = list(second), 0
    for word in first:
        match = next((candidate for candidate in left if _alike(word, candidate)), None)
        if match is not None:
            left.remove(match)
            shared += 1
    return shared, len(first)


@lru_cache(maxsize=50_000)
def _alike(one: str, other: str) -> bool:
    """Say whether two words have one key and, where both show their vowels, similar vowels too."""
    key = sound_key(one)
    if not key or key != sound_key(other):
        return False
    if not (one.isascii() and other.isascii()):
        return True
    a, b = _vowelled(one), _vowelled(other)
    return edit_distance(a, b) <= max(1, max(len(a), len(b)) // 3)


def edit_distance(one: str, other: str) -> int:
    """Give the number of letters to add, drop or change to get from one word to the other."""
    previous = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            change = previous[column - 1] + (letter != against)
            current.append(min(change, previous[column] + 1, current[-1] + 1))
        previous = current
    return previous[-1]


def _vowelled(word: str) -> str:
    """Give a word with equal-sounding vowels made equal, doubled letters, w and y dropped."""
    text = _respell(word)
    for spelling, sound in VOWEL_SPELLINGS:
        text = text.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", re.sub("[wy]", "", text))


def _respell(text: str) -> str:
    text = re.sub(r"c(?=[eiy])", "s", text)
    for spelling, sound in SPELLINGS:
        text = text.replace(spelling, sound)
    return re.sub(r"[^a-z]", "", text.replace("c", "k"))


def _latin(word: str) -> str:
    """Give a word in Latin letters by sound; letters of unknown scripts stay as they are named."""
    sounds: Iterable[str] = (_sound(letter) for letter in unicodedata.normalize("NFD", word))
    return "".join(sounds)


@lru_cache(maxsize=5_000)
def _sound(letter: str) -> str:
    if letter in LETTERS:
        return LETTERS[letter]
    if letter.isascii():
        return letter
    named = NAMED_LETTER.match(unicodedata.name(letter, ""))
    return _named_sound(named) if named else ""


def _named_sound(named: "re.Match[str]") -> str:
    """Give the sound of a letter from its Unicode name, with its consonant first: KHA → kha."""
    script, syllable, second = named.groups()
    if script.endswith("SIGN"):
        return "n" if syllable in {"ANUSVARA", "CANDRABINDU"} else ""
    if script == "ETHIOPIC SYLLABLE":
        if syllable in {"GLOTTAL", "PHARYNGEAL"}:
            return (second or "A").lower()[:1]
        consonant = re.sub("[AEIOU]+$", "", syllable)
        vowel = syllable[len(consonant) :].lower()[:1]
        return ETHIOPIC_SOUNDS.get(consonant, consonant.lower()) + vowel
    # TTA and NNA are the retroflex letters of Indic scripts, CA is "ch", CHA is "chh".
    sound = syllable.lower().replace("tt", "t").replace("dd", "d").replace("nn", "n").replace("ss", "sh")
    return re.sub(r"^c(?!h)", "ch", sound)
