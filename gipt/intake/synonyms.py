"""What people write above their columns, in the languages of the field. Data only.

Spellings are separated by "|": English, French, Arabic, Swahili, Amharic, Nepali, and some Spanish and
Portuguese. They are compared after `headers.normal_header`, so case, accents, points and brackets do not
matter.
"""

HEADERS: dict[str, dict[str, str]] = {
    "people": {
        "code": (
            "code|id|member code|member id|client id|client code|participant id|participant code"
            "|unique id|uid|code membre|identifiant|رمز|رقم|الرمز|رقم المستفيد|namba|msimbo|nambari"
            "|ኮድ|መለያ|መለያ ቁጥር|कोड|सङ्केत|codigo"
        ),
        "name": (
            "name|full name|member name|names|client name|participant name|beneficiary name"
            "|name of member|name of participant|patient name|nom|nom complet|nom et prenom"
            "|nom et prenoms|noms|nom du membre|الاسم|الاسم الكامل|اسم|اسم العضو|jina|jina kamili"
            "|majina|ስም|ሙሉ ስም|የአባል ስም|नाम|पुरा नाम|नाम थर|nombre|nombre completo|nome|nome completo"
        ),
        "called_name": (
            "called name|nickname|called|known as|preferred name|surnom|prenom usuel|appele|الكنية"
            "|يعرف باسم|jina la utani|jina maarufu|ቅጽል ስም|የቁልምጫ ስም|बोलाउने नाम|apodo|apelido"
        ),
        "sex": (
            "sex|gender|m f|f m|male female|sexe|genre|h f|الجنس|النوع|jinsi|jinsia|ጾታ|ፆታ|लिङ्ग|लिंग"
            "|sexo|genero"
        ),
        "age": (
            "age|age years|age in years|years|yrs|current age|age at screening|age ans|العمر|السن"
            "|umri|miaka|ዕድሜ|እድሜ|उमेर|edad|idade"
        ),
        "birth_year": (
            "birth year|year of birth|yob|born|annee de naissance|annee naissance|سنة الميلاد"
            "|سنة الولادة|mwaka wa kuzaliwa|የትውልድ ዓመት|የትውልድ ዘመን|जन्म साल|जन्म वर्ष|ano de nascimento"
            "|ano nascimento"
        ),
        "birth_date": (
            "date of birth|dob|birth date|birthday|birthdate|date de naissance|ddn|تاريخ الميلاد"
            "|تاريخ الولادة|tarehe ya kuzaliwa|የትውልድ ቀን|जन्म मिति|fecha de nacimiento"
            "|data de nascimento"
        ),
        "phone": (
            "phone|phone number|telephone|tel|mobile|mobile number|cell|cell phone|contact"
            "|contact number|phone no|tel no|numero de telephone|portable|gsm|contact telephonique"
            "|رقم الهاتف|الهاتف|هاتف|الجوال|رقم الجوال|simu|namba ya simu|nambari ya simu|ስልክ|ስልክ ቁጥር"
            "|ስልክ ቁ|फोन|फोन नम्बर|मोबाइल|मोबाइल नम्बर|सम्पर्क नम्बर|telefono|telefone"
        ),
        "place": (
            "place|village|location|address|residence|settlement|camp|block|ward|parish|zone"
            "|neighbourhood|neighborhood|area|kebele|lieu|quartier|adresse|localite"
            "|residence actuelle|المكان|القرية|العنوان|السكن|الحي|المخيم|kijiji|mahali|eneo|mtaa"
            "|anwani|ቀበሌ|መንደር|አድራሻ|ቦታ|गाउँ|ठाउँ|ठेगाना|वडा|टोल|lugar|aldea|aldeia|bairro"
        ),
        "site": (
            "site|health centre|health center|clinic|facility|programme site|project site|base|centre"
            "|centre de sante|الموقع|المركز|المركز الصحي|kituo|kituo cha afya|ጣቢያ|ጤና ጣቢያ|साइट"
            "|स्वास्थ्य चौकी|केन्द्र|sitio|centro"
        ),
        "language": (
            "language|spoken language|mother tongue|langue|langue parlee|اللغة|lugha|ቋንቋ|भाषा|idioma|lingua"
        ),
        "preferred_days": (
            "preferred days|days|available days|day preferred|preferred day|days available"
            "|availability|jours preferes|jours|disponibilite|jours disponibles|الأيام المفضلة"
            "|الايام المناسبة|siku|siku anazopendelea|ተመራጭ ቀናት|ቀናት|मनपर्ने दिन|उपयुक्त दिन|dias"
        ),
        "consent": (
            "consent|consented|consent given|informed consent|agrees|agreed|consentement|الموافقة"
            "|موافقة|ridhaa|idhini|ስምምነት|ፈቃድ|मञ्जुरी|सहमति|consentimiento|consentimento"
        ),
        "consented_on": (
            "date of consent|consent date|date du consentement|date consentement|تاريخ الموافقة"
            "|tarehe ya ridhaa|የስምምነት ቀን|मञ्जुरी मिति|सहमति मिति"
        ),
        "screened_on": (
            "date of screening|screening date|screened on|date screened|date|assessment date"
            "|date of assessment|date of interview|interview date|date de depistage|date du depistage"
            "|date d evaluation|تاريخ الفحص|تاريخ التقييم|التاريخ|tarehe|tarehe ya uchunguzi|ቀን"
            "|የምርመራ ቀን|ምርመራ ቀን|मिति|परीक्षण मिति|स्क्रिनिङ मिति|fecha|fecha de evaluacion|data"
            "|data da triagem"
        ),
        "disability": (
            "disability|disabled|pwd|lives with a disability|handicap|situation de handicap|الإعاقة"
            "|اعاقة|ulemavu|አካል ጉዳት|አካል ጉዳተኛ|अपाङ्गता|discapacidad|deficiencia"
        ),
        "displacement": (
            "displaced|displacement|idp|refugee|displacement status|deplace|deplacement|refugie|نازح"
            "|النزوح|لاجئ|mkimbizi|amehamishwa|ተፈናቃይ|ስደተኛ|विस्थापित|शरणार्थी|desplazado|deslocado"
        ),
        "safe_contact": (
            "safe contact|safe way to contact|contact person|emergency contact|next of kin"
            "|contact sur|personne de contact|personne a contacter|جهة اتصال|جهة اتصال آمنة"
            "|شخص الاتصال|mtu wa kuwasiliana|mawasiliano salama|የአደጋ ጊዜ ተጠሪ|ተጠሪ|सुरक्षित सम्पर्क"
            "|सम्पर्क व्यक्ति"
        ),
        "caregiver": (
            "caregiver|guardian|parent|parent or guardian|tuteur|tutrice|parent ou tuteur|ولي الأمر"
            "|الوصي|mlezi|mzazi au mlezi|አሳዳጊ|ወላጅ|अभिभावक|संरक्षक"
        ),
        "notes": (
            "notes|note|remarks|remark|comments|comment|remarques|observations|observation"
            "|commentaires|ملاحظات|maelezo|maoni|ማስታወሻ|አስተያየት|कैफियत|टिप्पणी|notas|observacoes"
        ),
    },
    "register": {
        "group": (
            "group|group code|group name|group id|groupe|code du groupe|المجموعة|مجموعة|kikundi|kundi"
            "|ቡድን|समूह|grupo"
        ),
        "cycle": ("cycle|cycle number|cycle no|round|cohort|cohorte|الدورة|دورة|mzunguko|ዙር|चक्र|ciclo|ronda"),
        "session_number": (
            "session|session number|session no|session nr|meeting|meeting number|week|week number"
            "|seance|numero de seance|no de seance|semaine|رقم الجلسة|الجلسة|جلسة|kikao"
            "|namba ya kikao|ክፍለ ጊዜ|የክፍለ ጊዜ ቁጥር|सत्र|सत्र नम्बर|बैठक|sesion|sessao"
        ),
        "session_date": (
            "date of session|session date|date|meeting date|date of meeting|date de la seance"
            "|date de seance|تاريخ الجلسة|التاريخ|tarehe|tarehe ya kikao|ቀን|የክፍለ ጊዜ ቀን|मिति|सत्र मिति"
            "|fecha|data"
        ),
        "member_code": (
            "member code|code|id|member id|client id|participant id|client code|participant code"
            "|code membre|identifiant|رمز|الرمز|رمز العضو|namba|msimbo|ኮድ|መለያ|कोड|सदस्य कोड|codigo"
        ),
        "member_name": (
            "member name|name|full name|participant|participant name|client name|member|nom"
            "|nom complet|nom du membre|nom et prenom|الاسم|اسم العضو|jina|jina la mwanachama"
            "|jina kamili|ስም|የአባል ስም|नाम|सदस्यको नाम|nombre|nome"
        ),
        "mark": (
            "attendance|present|attended|came|mark|status|presence|presence absence|الحضور|حضور"
            "|mahudhurio|amehudhuria|መገኘት|ተገኝቷል|उपस्थिति|हाजिरी|asistencia|presenca"
        ),
        "point": (
            "point|point of measurement|time point|timepoint|assessment point|stage|moment"
            "|moment de mesure|نقطة القياس|hatua|የመለኪያ ጊዜ|मापन बिन्दु"
        ),
        "measured_on": (
            "date of measurement|measurement date|assessment date|date of assessment|phq date"
            "|phq 9 date|date de mesure|date d evaluation|تاريخ القياس|tarehe ya kipimo|የመለኪያ ቀን"
            "|मापन मिति"
        ),
        "notes": (
            "notes|note|remarks|remark|comments|reason|remarques|observations|ملاحظات|maelezo|maoni"
            "|ማስታወሻ|कैफियत|टिप्पणी|notas"
        ),
    },
    "sites": {
        "code": "code|site code|id|code du site|رمز|الرمز|msimbo|ኮድ|कोड",
        "name": (
            "name|site|site name|nom|nom du site|الاسم|الموقع|اسم الموقع|jina|jina la kituo|ስም|ጣቢያ"
            "|नाम|साइट|साइटको नाम"
        ),
        "country": ("country|country code|country iso|pays|البلد|الدولة|nchi|ሀገር|አገር|देश|pais"),
        "region": ("region|district|province|county|state|المنطقة|المحافظة|mkoa|wilaya|ክልል|ዞን|जिल्ला|प्रदेश"),
        "time_zone": ("time zone|timezone|fuseau horaire|المنطقة الزمنية|saa za eneo|የሰዓት ሰቅ|समय क्षेत्र"),
        "language": "language|main language|langue|اللغة|lugha|ቋንቋ|भाषा",
    },
    "venues": {
        "site": "site|site name|site code|الموقع|kituo|ጣቢያ|साइट",
        "name": (
            "name|venue|venue name|meeting place|nom|lieu|nom du lieu|salle|الاسم|القاعة"
            "|مكان الاجتماع|jina|ukumbi|ስም|አዳራሽ|नाम|स्थल|बैठक स्थल"
        ),
        "place": (
            "place|village|address|location|adresse|localite|القرية|العنوان|المكان|kijiji|mahali|ቦታ"
            "|አድራሻ|ठाउँ|ठेगाना"
        ),
        "capacity": ("places|capacity|seats|capacite|nombre de places|السعة|uwezo|nafasi|የመያዝ አቅም|क्षमता"),
        "travel_minutes": (
            "travel minutes|travel|travel time|minutes|temps de trajet|trajet|مدة التنقل|وقت السفر"
            "|dakika za safari|የጉዞ ደቂቃ|यात्रा मिनेट"
        ),
        "days": (
            "open days|days|days open|available days|jours d ouverture|jours|أيام العمل|siku|ክፍት ቀናት|खुला दिन"
        ),
        "notes": "notes|remarks|remarques|ملاحظات|maelezo|ማስታወሻ|कैफियत",
    },
    "staff": {
        "name": (
            "name|full name|staff name|staff|facilitator|facilitator name|nom|nom complet|الاسم"
            "|اسم الموظف|jina|jina kamili|ስም|नाम|कर्मचारीको नाम"
        ),
        "role": (
            "role|position|function|job|job title|title|fonction|poste|الدور|الوظيفة|المسمى الوظيفي"
            "|jukumu|cheo|ሚና|የስራ መደብ|भूमिका|पद"
        ),
        "site": ("site|site name|base|duty station|lieu d affectation|الموقع|kituo|ጣቢያ|साइट|कार्यस्थल"),
        "sex": "sex|gender|sexe|الجنس|jinsi|jinsia|ጾታ|लिङ्ग",
        "phone": (
            "phone|phone number|telephone|tel|mobile|رقم الهاتف|الهاتف|simu|namba ya simu|ስልክ|ስልክ ቁጥር"
            "|फोन|मोबाइल"
        ),
        "email": (
            "e mail|email|email address|mail|courriel|adresse email|البريد الإلكتروني|الايميل"
            "|barua pepe|ኢሜይል|इमेल"
        ),
        "languages": ("languages|language|spoken languages|langues|langue|اللغات|اللغة|lugha|ቋንቋ|ቋንቋዎች|भाषा"),
    },
    "closed_days": {
        "site": "site|site name|where|الموقع|kituo|ጣቢያ|साइट",
        "name": (
            "reason|name|holiday|event|what|description|motif|raison|nom|jour ferie|السبب|العطلة"
            "|المناسبة|sababu|sikukuu|ምክንያት|በዓል|कारण|बिदा|पर्व"
        ),
        "from_date": (
            "from|date|start|start date|from date|first day|closed on|du|debut|date de debut|من"
            "|من تاريخ|التاريخ|kuanzia|tarehe|ከ|ከቀን|ቀን|देखि|मिति|सुरु मिति"
        ),
        "to_date": (
            "to|end|end date|to date|until|last day|au|fin|date de fin|إلى|الى تاريخ|hadi|mpaka|እስከ"
            "|सम्म|अन्तिम मिति"
        ),
        "every_days": (
            "repeats every days|repeats every|every days|repeat|interval days|repete tous les jours"
            "|tous les jours|يتكرر كل أيام|hurudia kila siku|በየ ቀን|हरेक दिन"
        ),
        "hard": ("no meetings at all|hard|closed|strict|ferme|مغلق تماما|imefungwa|ዝግ|पूर्ण बन्द"),
    },
    "costs": {
        "spent_on": (
            "date|day|date or month|day or month|spent on|date spent|paid on|date of payment|invoice date"
            "|transaction date"
            "|date de paiement|date de depense|fecha|data|التاريخ|تاريخ الدفع|tarehe|tarehe ya malipo|ቀን|मिति"
        ),
        "month": "month|period|mois|periode|mes|الشهر|mwezi|ወር|महिना",
        "cost_scope": (
            "what it was for|what for|purpose|category|cost category|budget line|type|type of cost|scope|categorie"
            "|ligne budgetaire|objet|categoria|rubrica|البند|الفئة|الغرض|kundi|kusudi|aina|ምድብ|ዓላማ|शीर्षक|प्रयोजन"
        ),
        "amount": (
            "amount|cost|sum|total|value|spent|expenditure|montant|cout|depense|monto|importe|valor|المبلغ|القيمة"
            "|kiasi|gharama|መጠን|ወጪ|रकम|खर्च"
        ),
        "currency": "currency|ccy|curr|devise|monnaie|moneda|moeda|العملة|sarafu|ምንዛሪ|मुद्रा",
        "rate": "exchange rate|rate|fx rate|taux|taux de change|tipo de cambio|سعر الصرف|kiwango|የምንዛሪ ተመን|विनिमय दर",
        "rate_on": "day of the rate|rate date|date of rate|date du taux",
        "site": "site|place|site code|where|location|lieu|الموقع|kituo|ጣቢያ|साइट",
        "funder": "funder|donor|grant|bailleur|donateur|financiador|المانح|الممول|mfadhili|ለጋሽ|दाता",
        "notes": (
            "note|notes|remarks|remark|description|details|comment|comments|remarque|libelle|notas|ملاحظات|maelezo|ማስታወሻ|कैफियत"
        ),
    },
}

# Names of sheets in the programme workbook.
SHEETS: dict[str, str] = {
    "costs": "costs|cost|spending|expenses|expenditure|ledger|couts|depenses|التكاليف|gharama|ወጪዎች|खर्च",
    "sites": "sites|site|lieux|المواقع|vituo|ጣቢያዎች|साइटहरू",
    "venues": (
        "venues|venue|meeting places|salles|lieux de reunion|القاعات|أماكن الاجتماع|kumbi|አዳራሾች|स्थलहरू"
    ),
    "staff": ("staff|facilitators|team|personnel|equipe|الموظفون|الفريق|wafanyakazi|ሰራተኞች|कर्मचारी"),
    "closed_days": (
        "closed days|holidays|closed|jours fermes|jours feries|أيام العطل|العطل|sikukuu"
        "|siku za kufungwa|ዝግ ቀናት|በዓላት|बन्द दिन|बिदा"
    ),
    "people": (
        "people|members|participants|beneficiaries|screening|personnes|membres|الأشخاص|الأعضاء"
        "|watu|wanachama|ሰዎች|አባላት|मानिसहरू|सदस्यहरू"
    ),
    "register": ("register|attendance|sessions|registre|presences|سجل|الحضور|rejista|mahudhurio|መዝገብ|हाजिरी"),
}

# Words in headers of measures and sessions; the first that fits wins, so the special stand before the general.
MEASURES: dict[str, str] = {
    "phq2": "phq 2|phq2",
    "phq9": "phq 9|phq9|phq",
    "gad7": "gad 7|gad7|gad",
    "who5": "who 5|who5",
    "epds": "epds|edinburgh",
    "whodas12": "whodas 2 0|whodas 12|whodas12|whodas",
}
TOTALS = (
    "total|score|total score|sum|points|somme|score total|المجموع|مجموع|النتيجة|jumla|alama"
    "|ድምር|ውጤት|जम्मा|स्कोर|puntaje|soma"
)
LINES = "answers|responses|items|digits|reponses|الإجابات|majibu|መልሶች|उत्तरहरू|respuestas|respostas"
FUNCTIONS = "function|difficulty|functioning|difficulte|fonction|الصعوبة|ugumu|ችግር|कठिनाइ"
POINTS: dict[str, str] = {
    "screening": "screening|screen|depistage|الفحص|uchunguzi|ምርመራ|स्क्रिनिङ|triagem",
    "pre_group": (
        "pre group|pregroup|baseline|pre|before|intake|entry|avant|initial|ligne de base|قبل"
        "|خط الأساس|kabla|mwanzo|ቅድመ|መነሻ|आधारभूत|अघि|inicial"
    ),
    "midline": "midline|mid|middle|milieu|mi parcours|منتصف|katikati|መካከል|मध्य",
    "endline": (
        "endline|end|post|final|after|exit|post group|apres|fin|finale|بعد|خط النهاية|mwisho"
        "|baada|መጨረሻ|अन्त्य|अन्तिम|पछि|fim"
    ),
    "follow_up": ("follow up|followup|fu|suivi|متابعة|ufuatiliaji|ክትትል|अनुगमन|seguimiento|seguimento"),
    "session": "session|meeting|weekly|seance|جلسة|kikao|ክፍለ ጊዜ|सत्र",
}
SESSIONS = (
    "session|sess|meeting|week|wk|s|w|m|seance|semaine|جلسة|الجلسة|الأسبوع|kikao|wiki|ክፍለ ጊዜ"
    "|ሳምንት|सत्र|हप्ता|sesion|sessao"
)
