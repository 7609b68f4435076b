"""Names that sound alike share a key, whatever the spelling and the script; other names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.names import (
    NameEvidence,
    edit_distance,
    likely_same,
    normalise_name,
    phone_tail,
    sound_key,
    sound_keys,
)

SAME = [
    "Mohamed Muhammad Mohammed Mamadou Mahamed محمد",
    "Fatuma Fatma Fatouma Faduma Fatima فاطمة ፋጡማ ফাতেমা",
    "Yusuf Youssef Yousouf Iousouf Yussuf يوسف",
    "Khadija Khadidja Hadija Kadija خديجة",
    "Abdurrahman Abdulrahman Abderrahmane",
    "Tigist Tegest ትግስት",
    "Sita Seeta सीता",
    "Bishnu Vishnu विष्णु",
    "Halima Alima حليمة ሃሊማ",
    "Aisha Aicha Ayesha Asha عائشة",
    "Zainab Zeinab Saynab زينب",
    "Lakshmi Laxmi लक्ष्मी",
    "Philip Filip Phillip",
    "Thérèse Therese Teresa",
    "Osman Uthman Ousmane عثمان",
    "Jamal Gamal Djamal جمال",
    "Ibrahim Ebrahim إبراهيم",
    "Maryam Mariam Meriem مريم",
    "Olena Олена",
]


@pytest.mark.parametrize("spellings", SAME, ids=[words.split()[0] for words in SAME])
def test_spellings_of_one_name_share_a_key(spellings: str) -> None:
    assert len({sound_key(word) for word in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Grace", "Mary"), ("Amina", "Samira"), ("Ruth", "Rita B"), ("ሃና", "ሳራ"), ("Okello", "Otim")],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert sound_keys(one) != sound_keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Abd al-Rahman Mohamed", "عبد الرحمن محمد"),
        ("Abdul Karim", "Abdulkarim"),
        ("Mrs. Halima Begum", "Halima Begum"),
        ("Hajj Ahmed Ali", "Ahmed al-Ali"),
        ("O’Neill", "ONeill"),
    ],
)
def test_titles_and_articles_do_not_change_the_keys(one: str, other: str) -> None:
    assert sound_keys(one) == sound_keys(other)


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("  THÉRÈSE   O’Neill ", "therese oneill"),
        ("حَليمة", "حليمه"),
        ("أحمد", "احمد"),
        ("सीता देवी", "सीता देवी"),
        ("Ａｍｉｎａ", "amina"),
    ],
)
def test_a_name_has_one_normal_form(name: str, normal: str) -> None:
    assert normalise_name(name) == normal


CASES = [
    (
        "spelled differently, same place",
        ("Fatuma Ali", 1998, "", "Hill"),
        ("Fatma Ali", None, "", "Hill"),
        True,
    ),
    ("two scripts", ("محمد أحمد", None, "", ""), ("Mohamed Ahmed", None, "", ""), True),
    ("whole name, nothing else known", ("Grace Auma", None, "", ""), ("Grace Auma", None, "", ""), True),
    ("a third name left out", ("Amina Hassan Noor", 1990, "", ""), ("Amina Hassan", 1991, "", ""), True),
    (
        "same phone, one name alike",
        ("Ruth A", None, "0700 111222", ""),
        ("Ruth Akello", None, "+256700111222", ""),
        True,
    ),
    ("same phone, other name", ("Ruth", None, "0700111222", ""), ("Grace", None, "0700111222", ""), False),
    ("ages far apart", ("Fatuma Ali", 1998, "", "Hill"), ("Fatma Ali", 1970, "", "Hill"), False),
    ("other place, year unknown", ("Fatuma Ali", None, "", "Hill"), ("Fatma Ali", None, "", "Lake"), False),
    ("other place, same year", ("Fatuma Ali", 1998, "", "Hill"), ("Fatma Ali", 1998, "", "Lake"), True),
    ("one name only", ("Amina", None, "", ""), ("Amina", None, "", ""), False),
    ("one name, place and year", ("Amina", 1990, "", "Hill"), ("Aminah", 1991, "", "Hill"), True),
    ("one shared word of two", ("Amina Hassan", None, "", "Hill"), ("Amina Okello", None, "", "Hill"), False),
    ("same consonants, other vowels", ("Ahmed Ali", None, "", ""), ("Hamida Ali", None, "", ""), False),
]


@pytest.mark.parametrize(
    ("one", "other", "same"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_likely_same_weighs_the_evidence(
    one: tuple[str, int | None, str, str], other: tuple[str, int | None, str, str], same: bool
) -> None:
    assert likely_same(NameEvidence(*one), NameEvidence(*other)) is same
    assert likely_same(NameEvidence(*other), NameEvidence(*one)) is same


def test_other_sex_is_another_person() -> None:
    one, other = NameEvidence("Noor Ali", sex="female"), NameEvidence("Noor Ali", sex="male")
    assert not likely_same(one, other)


def test_phone_tails_ignore_prefix_signs_and_script() -> None:
    assert phone_tail("+256 700-111 222") == phone_tail("0700111222") == phone_tail("٠٧٠٠١١١٢٢٢")


@given(st.text(max_size=40))
def test_any_text_has_keys_of_plain_letters(name: str) -> None:
    assert all(key.isascii() and key.islower() for key in sound_keys(name))
    assert normalise_name(normalise_name(name)) == normalise_name(name)


@given(st.text("abcdé", max_size=8), st.text("abcdé", max_size=8))
def test_edit_distance_is_a_distance(one: str, other: str) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) <= max(len(one), len(other))
    assert (edit_distance(one, other) == 0) is (one == other)
