"""Burmese text that is not Unicode: Zawgyi puts other letters on the same code points, so it must not be stored.

Source: The Unicode Standard, chapter 16.3 (Myanmar), and Unicode Technical Note 11, "Representing Myanmar in Unicode":
there a vowel sign E (U+1031) and the medials (U+103B to U+103E) follow their consonant, and a virama (U+1039) stands
between two consonants. Zawgyi stores them in the order in which they are seen, before the consonant, and ends
syllables with U+1039. A single such place is enough: no Unicode text has one.
"""

import re

# Consonants, independent vowels, the letters of Mon, Karen and Shan, digits that stand for letters, great sa.
EXTRA = r"\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e"
LETTERS = rf"\u1000-\u102a\u103f-\u1049\u104e\u1050-\u1055{EXTRA}"
MEDIALS = r"\u103b-\u103e\u105e-\u1060\u1082"
CONSONANTS = rf"\u1000-\u1021\u103f\u1050\u1051{EXTRA}"
ZAWGYI = re.compile(
    rf"(?<![{LETTERS}{MEDIALS}])\u1031"  # the vowel E before its consonant
    rf"|(?<![{LETTERS}{MEDIALS}\u103a])[\u103b-\u103e]"  # a medial before its consonant
    rf"|\u1039(?![{CONSONANTS}])"  # a virama that stacks nothing
)


def is_zawgyi(text: str) -> bool:
    """Say whether a text holds Burmese in the Zawgyi encoding."""
    return ZAWGYI.search(text) is not None
