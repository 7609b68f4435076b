"""One sentence for each fault of a cell, a row or a column: where, what stands there, what to write instead.

Codes come from `values`, `dates`, `people`, `register` and `programme`. Faults of whole files are in
`gipt.words`.
"""

from collections.abc import Mapping
from datetime import date

from gipt.i18n import N_, format_date, gettext
from gipt.i18n.placeholders import placeholders
from gipt.intake.fields import TABLES

# Translators: %(place)s is like "Row 12, Age".
CELL_SENTENCES: Mapping[str, str] = {
    "empty": N_("%(place)s is empty."),
    "excel_error": N_("%(place)s: “%(value)s” is an error of Excel. Write the value."),
    "too_long": N_("%(place)s is too long. Write at most %(high)s signs."),
    "number_word": N_("%(place)s: “%(value)s” is not a number. Write %(suggestion)s."),
    "not_a_number": N_("%(place)s: “%(value)s” is not a number. Write it in digits, like 30."),
    "not_whole": N_("%(place)s: “%(value)s” is not a whole number. Write it without a fraction."),
    "a_range": N_("%(place)s: “%(value)s” is two numbers. Write one."),
    "out_of_range": N_("%(place)s: %(value)s is not possible. Write a number from %(low)s to %(high)s."),
    "answer_out_of_range": N_(
        "%(place)s: %(value)s is not an answer. Write a number from %(low)s to %(high)s."
    ),
    "answers_count": N_("%(place)s: there are %(found)s signs. Write %(expected)s, with - for no answer."),
    "unknown_sex": N_("%(place)s: “%(value)s” is not known. Write female, male or other."),
    "sex_m_or_h": N_("%(place)s: “%(value)s” could be two things in this list. Write female or male."),
    "not_yes_no": N_("%(place)s: “%(value)s” is not known. Write yes or no."),
    "unknown_displacement": N_(
        "%(place)s: “%(value)s” says too little. Write host, refugee, idp, returnee or stateless."
    ),
    "not_a_phone": N_("%(place)s: “%(value)s” is not a phone number. Write 6 to 15 digits."),
    "unknown_day": N_("%(place)s: “%(value)s” is not a day. Write days like Mon, Wed."),
    "unknown_mark": N_(
        "%(place)s: “%(value)s” is not known. Write 1 for came, 0 for did not come, L for late."
    ),
    "mark_x": N_("%(place)s: “x” could mean came or did not come here. Write 1 or 0."),
    "unknown_point": N_(
        "%(place)s: “%(value)s” is not known. Write screening, pre_group, session, endline or follow_up."
    ),
    "unknown_role": N_("%(place)s: “%(value)s” is not a role. Write facilitator, supervisor or coordinator."),
    "unknown_country": N_("%(place)s: “%(value)s” is not known. Write the code of two letters, like UG."),
    "not_an_address": N_("%(place)s: “%(value)s” is not an e-mail address."),
    "not_a_date": N_("%(place)s: “%(value)s” is not a date. Write it like 2026-03-14."),
    "no_such_date": N_("%(place)s: there is no day “%(value)s”. Please check day, month and year."),
    "outside_calendar": N_("%(place)s: there is no day “%(value)s”. Please check day, month and year."),
    "year_two_digits": N_("%(place)s: “%(value)s” has a year of two digits. Write all four."),
    "month_of_other_calendar": N_("%(place)s: the month in “%(value)s” belongs to another calendar."),
    "date_in_future": N_("%(place)s: %(day)s has not come yet. Please check the date."),
    "date_too_late": N_("%(place)s: %(day)s is too far ahead. Please check the date."),
    "date_long_ago": N_("%(place)s: %(day)s is too long ago. Please check the date."),
    "date_order_unsettled": N_(
        "%(place)s: it is not settled how “%(value)s” is read. Answer the question above."
    ),
    "age_differs": N_("%(place)s does not go with the date of birth. Please check both."),
    "scale_not_chosen": N_("%(place)s: choose which scale this total is on."),
    "convention_not_chosen": N_("%(place)s: choose how the answers are numbered on your sheets."),
    "not_on_scale": N_("%(place)s: %(value)s is not possible on this scale. It goes in steps of %(step)s."),
    "total_differs": N_("%(place)s: the answers add up to %(sum)s, but %(value)s is written. Please check."),
    "total_without_all": N_("%(place)s: a total is written, but not every answer (%(missing)s missing)."),
    "same_code": N_("%(place)s: “%(value)s” stands in row %(other)s too. Codes belong to one person."),
    "same_row": N_("%(place)s says the same as row %(other)s."),
    "who_missing": N_("%(place)s: write the member's code or name."),
    "when_missing": N_("%(place)s: write the number or the date of the session."),
    "point_missing": N_("%(place)s: write when this was measured, or the number of the session."),
    "end_before_start": N_("%(place)s: the last day is before the first."),
    "consent_before": N_("%(place)s: there is a date of consent, but consent says no."),
    "unknown_site": N_("%(place)s: “%(value)s” is not one of your sites. Write one of: %(known)s."),
    "site_missing": N_("%(place)s: write the site. Yours are: %(known)s."),
    "code_taken": N_("%(place)s: “%(value)s” is taken. Leave the code empty, or write another."),
    "code_not_kept": N_("%(place)s: “%(value)s” has no digit or is too long, so it is not kept as a code."),
    "screened_before": N_("%(place)s: other answers are known already. Write the date of screening."),
    "screening_decided": N_("%(place)s: a supervisor decided about this screening. It stays as it is."),
    "total_beside_answers": N_("%(place)s: the answers are known already, and they add up to another total."),
    "unknown_group": N_("%(place)s: there is no group “%(value)s” at your sites."),
    "no_cycle": N_("%(place)s: plan the cycle of %(group)s first."),
    "cycle_not_started": N_("%(place)s: start the cycle of %(group)s first."),
    "unknown_cycle": N_("%(place)s: %(group)s has no cycle %(value)s."),
    "unknown_session": N_("%(place)s: %(group)s has no session %(value)s."),
    "no_session_on": N_("%(place)s: %(group)s has no session on %(day)s. Write the number of the session."),
    "session_not_yet": N_("%(place)s: session %(value)s of %(group)s has not come yet."),
    "session_cancelled": N_("%(place)s: session %(value)s of %(group)s was cancelled."),
    "session_other_day": N_("%(place)s: session %(value)s of %(group)s was held on %(day)s."),
    "not_in_group": N_("%(place)s: “%(value)s” is not in %(group)s. Add the person to the group first."),
    "two_in_group": N_("%(place)s: two people of %(group)s are called “%(value)s”. Write the code."),
    "not_expected": N_("%(place)s: this person did not belong to %(group)s on %(day)s."),
    "role_not_yours": N_("%(place)s: your role may not give this role. Ask an administrator."),
    "everywhere_not_yours": N_("%(place)s: write the site. Only an administrator adds for every site."),
    "not_a_month": N_("%(place)s: “%(value)s” is not a month. Write it like 2026-03."),
    "unknown_cost_scope": N_(
        "%(place)s: “%(value)s” is not known. Write delivery, screening, training, supervision, management or other."
    ),
    "no_ledger": N_("%(place)s: first choose the currency of your books on the page Costs."),
    "unknown_funder": N_("%(place)s: “%(value)s” is not one of your funders. Write one of: %(known)s."),
    "cost_not_an_amount": N_(
        "%(place)s: “%(value)s” is not an amount above 0. Write it in digits, like 1250.50."
    ),
    "cost_too_fine": N_("%(place)s: “%(value)s” has too many decimals. This currency has %(decimals)s."),
    "cost_currency_code": N_("%(place)s: “%(value)s” is not a currency. Write its three letters, like USD."),
    "cost_rate_missing": N_(
        "%(place)s: paid in %(currency)s. Write how many %(ledger)s one %(currency)s is."
    ),
    "answer_urgent": N_("%(place)s holds an answer that somebody must look at today."),
}


def place(row: int, label: str) -> str:
    """Give "Row 12, Age", or "Row 12" where no column is meant."""
    if not label:
        return gettext("Row %(row)s", row=row)
    return gettext("Row %(row)s, %(column)s", row=row, column=label)


def column_label(table: str, field: str, header: str = "") -> str:
    """Give the heading a person wrote, else the field's own label."""
    known = TABLES[table].find(field)
    return header or (gettext(known.label) if known else field.replace("_", " "))


def cell_sentence(code: str, row: int, label: str, details: Mapping[str, object]) -> str:
    """Give the sentence of one fault in the language in use."""
    arguments = {name: _shown(value) for name, value in details.items()}
    arguments["place"] = place(row, label)
    text = CELL_SENTENCES.get(code)
    if text is None or not set(placeholders(text)) <= set(arguments):
        return gettext("%(place)s: please check this.", place=arguments["place"])
    return gettext(text, **arguments)


def _shown(value: object) -> str:
    if isinstance(value, date):
        return format_date(value)
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
