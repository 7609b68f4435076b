"""What people write inside cells: sex, yes and no, marks of attendance, days, roles, number words. Data only.

Spellings are separated by "|" and compared after `headers.normal_header`; signs such as ✓ are compared as
they are.
"""

SEX = {
    "female": (
        "f|female|fem|woman|women|girl|w|lady|femme|feminin|fille|أنثى|انثى|امرأة|بنت|إناث|mke"
        "|mwanamke|ke|msichana|ሴት|ሴ|महिला|म|स्त्री|केटी|mujer|mulher|femenino|feminino"
    ),
    "male": (
        "m|male|man|men|boy|homme|masculin|garcon|h|ذكر|رجل|ولد|ذكور|mume|mwanaume|me|mvulana|ወንድ"
        "|ወ|पुरुष|पु|केटा|hombre|homem|masculino"
    ),
    "other": (
        "other|o|x|non binary|intersex|third gender|autre|آخر|أخرى|nyingine|ሌላ|अन्य|तेस्रो लिङ्गी|otro|outro"
    ),
    "prefer_not_to_say": ("prefer not to say|not said|refused|ne souhaite pas repondre|prefiere no decir"),
}
YES_NO = {
    "yes": ("yes|y|1|true|oui|o|نعم|ndiyo|ndio|አዎ|አዎን|छ|हो|si|sim|x|✓|✔|√|☑|given|agreed|signed"),
    "no": ("no|n|0|false|non|لا|hapana|አይ|አይደለም|छैन|होइन|nao|✗|✘|☒|refused|not given"),
}
DISABILITY = {
    "with": "yes|y|1|oui|نعم|ndiyo|አዎ|छ|si|sim|with|disabled|pwd",
    "without": "no|n|0|non|لا|hapana|አይ|छैन|nao|without|none",
    "unknown": "unknown|not known|na|n a|inconnu|غير معروف|haijulikani|አይታወቅም|थाहा छैन",
}
DISPLACEMENT = {
    "host": (
        "host|host community|local|resident|no|n|non|hote|communaute hote|مقيم|المجتمع المضيف|لا"
        "|mwenyeji|hapana|ነዋሪ|አይ|स्थानीय|होइन"
    ),
    "refugee": ("refugee|refugie|refugiee|لاجئ|لاجئة|mkimbizi|ስደተኛ|शरणार्थी|refugiado|refugiada"),
    "idp": (
        "idp|displaced|internally displaced|deplace|deplacee|deplace interne|نازح|نازحة"
        "|mkimbizi wa ndani|ተፈናቃይ|विस्थापित|desplazado|deslocado"
    ),
    "returnee": ("returnee|returned|retourne|retournee|عائد|عائدة|aliyerejea|ተመላሽ|फर्केका"),
    "stateless": "stateless|apatride|عديم الجنسية|ሀገር አልባ",
    "unknown": "unknown|not known|inconnu|غير معروف|haijulikani|አይታወቅም|थाहा छैन",
}
MARKS = {
    "present": (
        "1|p|present|here|came|yes|y|attended|✓|✔|√|☑|+|oui|presente|حاضر|حاضرة|نعم|yupo|amekuja"
        "|alikuja|ndiyo|ተገኝቷል|ተገኝታለች|መጣ|መጣች|አዎ|उपस्थित|हाजिर|छ|si|sim"
    ),
    "late": (
        "l|late|came late|retard|en retard|متأخر|متأخرة|amechelewa|alichelewa|ዘግይቷል|ዘግይታለች|ढिला"
        "|tarde|atrasado"
    ),
    "left_early": ("le|left early|early|parti tot|partie tot|غادر مبكرا|aliondoka mapema|ቀድሞ ወጣ|चाँडै गए"),
    "absent_unknown": (
        "0|a|absent|no|n|did not come|missing|abs|✗|✘|☒|non|absente|غائب|غائبة|لا|hayupo|hakuja"
        "|hapana|አልተገኘም|አልተገኘችም|ቀሪ|አይ|अनुपस्थित|गयल|ausente"
    ),
    "absent_told": (
        "at|told|absent told|absent with notice|sent word|absence prevenue|غائب بإذن"
        "|alitoa taarifa|አሳውቆ ቀረ|जानकारी दिई अनुपस्थित"
    ),
    "excused": (
        "e|ex|exc|excused|sick|ill|permission|excuse|excusee|malade|معذور|مريض|mgonjwa"
        "|ameruhusiwa|ታሞ|ፈቃድ|बिदा|बिरामी|justificado"
    ),
    "makeup_done": "mu|m|make up|makeup|made up|rattrapage|تعويض|fidia|ተካቷል|पूरक",
    "not_expected": (
        "ne|na|n a|not expected|not yet|not enrolled|joined later|non attendu|غير متوقع"
        "|hakutarajiwa|አይጠበቅም|अपेक्षित छैन"
    ),
}
# "x" is a tick in one register and a cross in the next; see values.mark_meaning_of_x.
CROSS_OR_TICK = "x"
WEEKDAYS = (
    ("monday|mon|lundi|lun|الاثنين|الإثنين|اثنين|jumatatu|ሰኞ|सोमबार|सोम|lunes|segunda|segunda feira"),
    ("tuesday|tue|tues|mardi|mar|الثلاثاء|ثلاثاء|jumanne|ማክሰኞ|मङ्गलबार|मंगलबार|martes|terca|terca feira"),
    (
        "wednesday|wed|weds|mercredi|mer|الأربعاء|اربعاء|jumatano|ረቡዕ|ሮብ|बुधबार|बुध|miercoles"
        "|quarta|quarta feira"
    ),
    (
        "thursday|thu|thur|thurs|jeudi|jeu|الخميس|خميس|alhamisi|ሐሙስ|ሀሙስ|बिहीबार|बिहिबार|jueves"
        "|quinta|quinta feira"
    ),
    ("friday|fri|vendredi|ven|الجمعة|جمعة|ijumaa|ዓርብ|አርብ|शुक्रबार|शुक्र|viernes|sexta|sexta feira"),
    "saturday|sat|samedi|sam|السبت|سبت|jumamosi|ቅዳሜ|शनिबार|शनि|sabado",
    "sunday|sun|dimanche|dim|الأحد|احد|jumapili|እሁድ|आइतबार|आइत|domingo",
)
ANY_DAY = (
    "any|any day|all|all days|every day|daily|tous|tous les jours|n importe quel jour|كل يوم"
    "|كل الايام|siku zote|ሁሉም|जुनसुकै|सबै"
)
NOTHING = (
    "none|no|nil|na|n a|no phone|not available|aucun|neant|non disponible|لا يوجد|بدون|hana"
    "|hakuna|የለም|የላትም|छैन|nenhum|ninguno"
)
ROLES = {
    "facilitator": (
        "facilitator|group facilitator|lay facilitator|counsellor|counselor|animatrice|animateur"
        "|facilitateur|facilitatrice|الميسر|ميسر|ميسرة|mwezeshaji|አመቻች|सहजकर्ता|facilitador"
        "|facilitadora"
    ),
    "supervisor": ("supervisor|superviseur|superviseuse|مشرف|مشرفة|المشرف|msimamizi|ተቆጣጣሪ|सुपरभाइजर|सुपरिवेक्षक"),
    "coordinator": (
        "coordinator|programme coordinator|project coordinator|coordinateur|coordinatrice|منسق"
        "|منسقة|المنسق|mratibu|አስተባባሪ|संयोजक|coordinador|coordenador"
    ),
    "me": (
        "me|m e|m and e|monitoring|monitoring and evaluation|m e officer|suivi evaluation|s e"
        "|المتابعة والتقييم|ufuatiliaji|ክትትልና ግምገማ|अनुगमन"
    ),
    "clinical_lead": (
        "clinical lead|clinician|psychologist|mental health lead|responsable clinique|psychologue"
        "|المسؤول السريري|طبيب نفسي|mkuu wa kliniki|የህክምና ኃላፊ|क्लिनिकल प्रमुख|मनोविद्"
    ),
    "translator": "translator|traducteur|traductrice|مترجم|مترجمة|mtafsiri|ተርጓሚ|अनुवादक",
    "reviewer": "reviewer|relecteur|relectrice|مراجع|mhakiki|ገምጋሚ|समीक्षक",
    "admin": (
        "admin|administrator|administrateur|administratrice|مدير النظام|msimamizi wa mfumo|አስተዳዳሪ|प्रशासक"
    ),
}
COUNTRIES = {
    "UG": "uganda|ouganda|أوغندا|ኡጋንዳ|युगाण्डा",
    "KE": "kenya|كينيا|ኬንያ|केन्या",
    "ET": "ethiopia|ethiopie|إثيوبيا|ኢትዮጵያ",
    "NP": "nepal|نيبال|ኔፓል|नेपाल",
    "TZ": "tanzania|tanzanie|تنزانيا",
    "RW": "rwanda|رواندا",
    "SS": "south sudan|soudan du sud",
    "SD": "sudan|soudan|السودان",
    "SO": "somalia|somalie|الصومال",
    "ZM": "zambia|zambie",
    "MW": "malawi",
    "BI": "burundi",
    "CD": ("drc|dr congo|democratic republic of the congo|rdc|republique democratique du congo"),
    "JO": "jordan|jordanie|الأردن",
    "LB": "lebanon|liban|لبنان",
    "SY": "syria|syrie|سوريا",
    "IQ": "iraq|irak|العراق",
    "YE": "yemen|اليمن",
    "AF": "afghanistan|أفغانستان|افغانستان",
    "BD": "bangladesh",
    "PK": "pakistan",
    "IN": "india|inde",
    "MM": "myanmar|burma",
    "UA": "ukraine",
    "NG": "nigeria",
    "SN": "senegal",
    "ML": "mali",
    "NE": "niger",
    "TD": "chad|tchad",
    "CM": "cameroon|cameroun",
    "MZ": "mozambique|mocambique",
    "ZW": "zimbabwe",
    "SL": "sierra leone",
    "LR": "liberia",
    "GH": "ghana",
    "HT": "haiti",
    "CO": "colombia|colombie",
}
REFUSED = "r|ref|refused|declined|88|refuse|رفض|alikataa|እምቢ|अस्वीकार"
DOES_NOT_KNOW = "dk|d k|don t know|does not know|99|nsp|ne sait pas|لا أعرف|hajui|አላውቅም|थाहा छैन"
NOT_ASKED = "na|n a|not asked|77|non pose"
ANSWER_WORDS = (
    ("not at all|never|jamais|pas du tout|أبدا|hapana kabisa|በፍጹም|कहिल्यै छैन"),
    ("several days|some days|plusieurs jours|عدة أيام|siku kadhaa|ጥቂት ቀናት|केही दिन"),
    (
        "more than half the days|more than half of the days|plus de la moitie des jours"
        "|أكثر من نصف الأيام|zaidi ya nusu ya siku|ከግማሽ በላይ ቀናት|आधाभन्दा बढी दिन"
    ),
    (
        "nearly every day|almost every day|presque tous les jours|تقريبا كل يوم|karibu kila siku"
        "|በየቀኑ ማለት ይቻላል|लगभग हरेक दिन"
    ),
)
AGE_UNITS = "years old|years|year|yrs|yr|y|ans|an|سنة|سنوات|عاما|miaka|ዓመት|አመት|वर्ष|बर्ष|anos"

# Number words serve only to propose a figure in the sentence that refuses them.
UNITS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
FRENCH = {
    "dix": 10,
    "quinze": 15,
    "seize": 16,
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "un": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
}
SWAHILI = {
    "kumi": 10,
    "ishirini": 20,
    "thelathini": 30,
    "arobaini": 40,
    "hamsini": 50,
    "sitini": 60,
    "sabini": 70,
    "themanini": 80,
    "tisini": 90,
    "moja": 1,
    "mbili": 2,
    "tatu": 3,
    "nne": 4,
    "tano": 5,
    "sita": 6,
    "saba": 7,
    "nane": 8,
    "tisa": 9,
}
EXCEL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)

COST_SCOPES = {
    "delivery": (
        "delivery|direct|direct delivery|groups|meetings|sessions|venue|refreshments|transport|livraison"
        "|mise en oeuvre"
    ),
    "screening": "screening|identification|depistage|الفحص|uchunguzi|ምርመራ|स्क्रिनिङ",
    "training": "training|trainings|workshop|formation|تدريب|mafunzo|ስልጠና|तालिम",
    "supervision": "supervision|supervisor|الإشراف|usimamizi|ክትትል|सुपरिवेक्षण",
    "management": "management|admin|administration|overhead|overheads|indirect|gestion|الإدارة|utawala|አስተዳደር|व्यवस्थापन",
    "other": "other|others|misc|miscellaneous|autre|autres|أخرى|nyingine|ሌላ|अन्य",
}
