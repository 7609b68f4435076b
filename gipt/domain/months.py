"""Names of months as data: Latin letters for every calendar, and the calendar's own languages.

Latin spellings follow the design (Tikimt, Megabit); the others are the spellings in official use, with the
Afghan month names beside the Iranian ones.
"""

from __future__ import annotations

MONTHS: dict[str, tuple[str, ...]] = {
    "gregorian": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "ethiopian": (
        "Meskerem", "Tikimt", "Hidar", "Tahsas", "Tir", "Yekatit", "Megabit",
        "Miyazya", "Ginbot", "Sene", "Hamle", "Nehase", "Pagumen",
    ),
    "bikram_sambat": (
        "Baisakh", "Jestha", "Ashadh", "Shrawan", "Bhadra", "Ashwin",
        "Kartik", "Mangsir", "Poush", "Magh", "Falgun", "Chaitra",
    ),
    "hijri": (
        "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Ula", "Jumada al-Akhirah",
        "Rajab", "Shaban", "Ramadan", "Shawwal", "Dhu al-Qadah", "Dhu al-Hijjah",
    ),
    "solar_hijri": (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
}  # fmt: skip

NATIVE_MONTHS: dict[tuple[str, str], tuple[str, ...]] = {
    ("ethiopian", "am"): (
        "መስከረም", "ጥቅምት", "ኅዳር", "ታኅሣሥ", "ጥር", "የካቲት", "መጋቢት",
        "ሚያዝያ", "ግንቦት", "ሰኔ", "ሐምሌ", "ነሐሴ", "ጳጉሜን",
    ),
    ("ethiopian", "ti"): (
        "መስከረም", "ጥቅምቲ", "ሕዳር", "ታሕሳስ", "ጥሪ", "ለካቲት", "መጋቢት",
        "ሚያዝያ", "ግንቦት", "ሰነ", "ሓምለ", "ነሓሰ", "ጳጉሜን",
    ),
    ("bikram_sambat", "ne"): (
        "वैशाख", "जेठ", "असार", "साउन", "भदौ", "असोज",
        "कात्तिक", "मंसिर", "पुस", "माघ", "फागुन", "चैत",
    ),
    ("hijri", "ar"): (
        "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
        "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
    ),
    ("hijri", "ur"): (
        "محرم", "صفر", "ربیع الاول", "ربیع الثانی", "جمادی الاول", "جمادی الثانی",
        "رجب", "شعبان", "رمضان", "شوال", "ذوالقعدہ", "ذوالحجہ",
    ),
    ("hijri", "prs"): (
        "محرم", "صفر", "ربیع الاول", "ربیع الثانی", "جمادی الاول", "جمادی الثانی",
        "رجب", "شعبان", "رمضان", "شوال", "ذوالقعده", "ذوالحجه",
    ),
    ("solar_hijri", "fa"): (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
        "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
    ("solar_hijri", "prs"): (
        "حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله",
        "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت",
    ),
    ("solar_hijri", "ps"): (
        "وری", "غویی", "غبرګولی", "چنګاښ", "زمری", "وږی",
        "تله", "لړم", "لیندۍ", "مرغومی", "سلواغه", "کب",
    ),
}  # fmt: skip

OTHER_SPELLINGS: dict[str, dict[int, tuple[str, ...]]] = {
    "gregorian": {},
    "ethiopian": {
        1: ("maskaram", "meskrem"),
        2: ("tekemt", "teqemt", "tikemt"),
        3: ("hedar", "ህዳር"),
        4: ("tahesas", "tahisas", "ታህሳስ"),
        5: ("ter",),
        6: ("yakatit",),
        7: ("magabit", "maggabit"),
        8: ("miazia", "miyazia"),
        9: ("genbot", "ginebot"),
        10: ("sane",),
        11: ("hamlie",),
        12: ("nehasie", "nahase"),
        13: ("pagume", "pagumien", "puagme"),
    },
    "bikram_sambat": {
        1: ("baishakh", "vaishakh", "बैशाख"),
        2: ("jeth", "jyestha", "ज्येष्ठ"),
        3: ("asar", "asadh", "आषाढ"),
        4: ("saun", "sawan", "श्रावण"),
        5: ("bhadau", "भाद्र"),
        6: ("asoj", "aswin", "आश्विन"),
        7: ("kattik", "कार्तिक"),
        8: ("mangshir", "marga", "मङ्सिर"),
        9: ("pus", "paush", "पौष"),
        11: ("phalgun", "fagun", "फाल्गुन"),
        12: ("chait", "चैत्र"),
    },
    "hijri": {},
    "solar_hijri": {
        1: ("hamal",),
        2: ("sawr",),
        3: ("jawza",),
        4: ("saratan",),
        5: ("asad",),
        6: ("sonbola",),
        7: ("mizan",),
        8: ("aqrab",),
        9: ("qaws",),
        10: ("jadi",),
        11: ("dalw",),
        12: ("hut", "hoot"),
    },
}
"""Spellings met on forms, in small letters, for reading dates only."""
