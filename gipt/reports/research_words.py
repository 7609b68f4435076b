"""The words of a research package: what each column says, what was decided, the terms. Marked for translation.

Names of files and columns, and codes of values, are English and the same in every language.
"""

from collections.abc import Mapping

from gipt.i18n import N_

COLUMNS: Mapping[str, str] = {
    "person": N_("One person: a random name, new in every package. The key was not kept."),
    "sessions": N_("Sessions of the curriculum"),
    "age": N_("Age in whole years when enrolled, in bands"),
    "sex": N_("Sex or gender as recorded"),
    "area": N_("Where the site lies"),
    "displacement": N_("Displacement"),
    "disability": N_("Disability by the Washington Group Short Set"),
    "enrolled": N_("When the person was enrolled"),
    "expected": N_("Sessions at which the person was expected"),
    "attended": N_("Sessions attended"),
    "completed": N_("Completed the programme by its own rule"),
    "baseline": N_("Total before the group, by the programme's rule"),
    "endline": N_("Total at the end, inside the programme's window"),
    "safety_flag": N_("A concern about safety was noted since enrolling"),
    "session": N_("Number of the session"),
    "week": N_("Week counted from the group's first session, which is week 0"),
    "came": N_("Attended this session"),
    "measure": N_("Code of the measure"),
    "point": N_("Point of the programme"),
    "occasion": N_("Which of several totals of this measure at this point"),
    "total": N_("Total score"),
    "prorated": N_("Some answers were missing and were filled by proration"),
}
EMPTY: Mapping[str, str] = {
    "completed": N_("still under way"),
    "baseline": N_("none"),
    "endline": N_("none"),
    "safety_flag": N_("not known, or hidden because the whole class says the same"),
    "week": N_("not known, or hidden because too few people share these weeks"),
    "came": N_("not held, or the person was not expected"),
}
"""What an empty field means, of the columns that have empty fields."""
UNITS: Mapping[str, str] = {
    "age": N_("years"),
    "week": N_("weeks"),
    "sessions": N_("sessions"),
    "expected": N_("sessions"),
    "attended": N_("sessions"),
    "baseline": N_("points"),
    "endline": N_("points"),
    "total": N_("points"),
}
YES_NO = N_("1 = yes; 0 = no")
EMPTY_MEANS = N_("empty = %(meaning)s")
ALL_MEANS = N_("all = not told apart")
UNKNOWN_MEANS = N_("unknown = not recorded")
DISPLACED = N_("Displaced, however")

LEVELS: Mapping[str, str] = {
    "5_years": N_("bands of 5 years"),
    "10_years": N_("bands of 10 years"),
    "20_years": N_("bands of 20 years"),
    "as_recorded": N_("as recorded"),
    "displaced_or_not": N_("displaced or not"),
    "district": N_("district"),
    "country": N_("country"),
    "quarter": N_("quarter"),
    "half_year": N_("half-year"),
    "year": N_("year"),
    "all": N_("not told apart"),
}
LOG: Mapping[str, str] = {
    "k_asked": N_("People who must share all traits, at least (k)"),
    "k_reached": N_("People in the smallest class of this package"),
    "l": N_("Different values of the safety flag that a class must have, or its flags stay empty (l)"),
    "level": N_("How coarse this trait had to be"),
    "enrolled": N_("People enrolled in these months and places"),
    "agreed": N_("Of them: agreed to research, and still do"),
    "left_out": N_("Of them: left out whole, because fewer than k share their traits"),
    "kept": N_("People in this package"),
    "hidden_flags": N_("People whose safety flag is empty because their whole class says the same"),
    "hidden_weeks": N_("People whose weeks are empty because too few share them"),
    "earlier_package": N_(
        "An earlier package about some of the same months and places. Its rows and these can be matched by scores."
    ),
}
HIDDEN = N_("A star stands where a number would give away another one that is hidden.")

TITLE = N_("Research package %(code)s")
ABOUT = N_(
    "Rows about people of %(programme)s who agreed to research, from %(first)s to %(last)s. Names, codes, contacts, "
    "places below the district, dates and free text are not in it."
)
PARTS = {
    "persons": N_("one row for each person"),
    "sessions": N_("one row for each person and session of the curriculum"),
    "scores": N_("one row for each total of a measure; single answers are not in it"),
    "codebook": N_("what each column means"),
    "suppression_log": N_("what was made coarse, left out or hidden"),
}
FACTS = {
    "agreement": N_("Agreement"),
    "purpose": N_("Purpose"),
    "recipient": N_("Recipient"),
    "cut_off": N_("Data as of"),
    "definition": N_("Report definition"),
    "software": N_("Software"),
    "data": N_("SHA-256 of the data"),
    "citation": N_("Citation"),
}
CITATION = N_("%(programme)s, research package %(code)s, data as of %(day)s, agreement %(agreement)s.")
PROMISE = N_("Nobody may try to find out who a person is, or match these rows with others about people.")
NO_CAUSE = N_("Change in these rows is change among participants. It does not say what caused it.")
LICENCES: Mapping[str, str] = {
    "agreement": N_(
        "Only the recipient may use these data, only for the purpose above and as the agreement says. "
        "They must not be passed on."
    ),
    "cc_by_nc": N_(
        "Creative Commons Attribution-NonCommercial 4.0 International: "
        "https://creativecommons.org/licenses/by-nc/4.0/legalcode"
    ),
}
