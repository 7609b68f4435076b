"""Names of months in the languages of member lists, and the calendar that each name belongs to.

Latin names stand without accents and in lower case. Sources: CLDR for the Gregorian names; the civil
calendars of Ethiopia and Nepal in their usual spellings and transcriptions. Data only.
"""

from gipt.calendars import CalendarKind

# One entry for each month, spellings separated by "|".
GREGORIAN_NAMES = (
    "january|jan|janvier|janv|januari|enero|janeiro|يناير|كانون الثاني|جانفي|ጃንዩወሪ|ጃንዋሪ|जनवरी",
    "february|feb|fevrier|fevr|fev|februari|febrero|fevereiro|فبراير|شباط|فيفري|ፌብሩወሪ|ፌብሩዋሪ|फेब्रुअरी|फेब्रुवरी",
    "march|mar|mars|machi|marzo|marco|مارس|اذار|آذار|ማርች|मार्च",
    "april|apr|avril|avr|aprili|abril|ابريل|أبريل|نيسان|افريل|ኤፕሪል|अप्रिल",
    "may|mai|mei|mayo|maio|مايو|ايار|أيار|ماي|ሜይ|मे",
    "june|jun|juin|juni|junio|junho|يونيو|حزيران|جوان|ጁን|जुन",
    "july|jul|juillet|juil|julai|julio|julho|يوليو|تموز|جويلية|ጁላይ|जुलाई",
    "august|aug|aout|agosti|ago|agosto|اغسطس|أغسطس|آب|اب|اوت|ኦገስት|अगस्ट|अगस्त",
    "september|sept|sep|septembre|septemba|septiembre|setembro|سبتمبر|ايلول|أيلول|ሴፕቴምበር|सेप्टेम्बर",
    "october|oct|octobre|oktoba|okt|octubre|outubro|اكتوبر|أكتوبر|تشرين الاول|تشرين الأول|ኦክቶበር|अक्टोबर",
    "november|nov|novembre|novemba|noviembre|novembro|نوفمبر|تشرين الثاني|ኖቬምበር|नोभेम्बर",
    "december|dec|decembre|desemba|diciembre|dezembro|ديسمبر|كانون الاول|كانون الأول|ዲሴምበር|डिसेम्बर",
)
ETHIOPIAN_NAMES = (
    "meskerem|maskaram|መስከረም",
    "tikimt|tekemt|teqemt|tikemt|ጥቅምት",
    "hidar|hedar|ኅዳር|ህዳር",
    "tahsas|tahisas|tahesas|ታኅሣሥ|ታህሳስ",
    "tir|ter|tirr|ጥር",
    "yekatit|yakatit|የካቲት",
    "megabit|maggabit|መጋቢት",
    "miyazya|miazia|miyazia|ሚያዝያ|ሚያዚያ",
    "ginbot|genbot|ግንቦት",
    "sene|sane|ሰኔ",
    "hamle|hamlie|ሐምሌ|ሃምሌ",
    "nehase|nehasse|nahase|ነሐሴ|ነሃሴ",
    "pagume|pagumen|pagumiene|ጳጉሜ|ጳጉሜን",
)
BIKRAM_SAMBAT_NAMES = (
    "baisakh|baishakh|vaishakh|बैशाख|वैशाख",
    "jestha|jeth|jyestha|जेठ|ज्येष्ठ",
    "asar|ashadh|asadh|असार|आषाढ",
    "shrawan|saun|sawan|साउन|श्रावण",
    "bhadra|bhadau|भदौ|भाद्र",
    "asoj|ashwin|aswin|असोज|आश्विन",
    "kartik|कात्तिक|कार्तिक",
    "mangsir|marga|mansir|मंसिर|मङ्सिर|मार्ग",
    "poush|push|paush|पुस|पौष",
    "magh|माघ",
    "falgun|fagun|phalgun|फागुन|फाल्गुण",
    "chaitra|chait|चैत|चैत्र",
)
SOLAR_HIJRI_NAMES = (
    "hamal|حمل", "sawr|ثور", "jawza|جوزا", "saratan|سرطان", "asad|اسد", "sonbola|سنبله", "mizan|میزان",
    "aqrab|عقرب", "qaws|قوس", "jadi|جدی", "dalw|دلو", "hut|hoot|حوت",
)  # fmt: skip

MONTHS: dict[str, tuple[CalendarKind, int]] = {
    spelling: (calendar, number)
    for calendar, names in (
        (CalendarKind.SOLAR_HIJRI, SOLAR_HIJRI_NAMES),
        (CalendarKind.BIKRAM_SAMBAT, BIKRAM_SAMBAT_NAMES),
        (CalendarKind.ETHIOPIAN, ETHIOPIAN_NAMES),
        (CalendarKind.GREGORIAN, GREGORIAN_NAMES),
    )
    for number, spellings in enumerate(names, start=1)
    for spelling in spellings.split("|")
}
