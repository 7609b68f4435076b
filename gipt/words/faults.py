"""One sentence for every named fault: what to mend, without blame and without the machine's words.

The key is the fault's code, or `code.reason` (`invalid.too_short`), or `not_ready.<what is missing>`. A
sentence may use any detail of the fault as `%(name)s`, and `%(field)s`, which is the label of the field.
"""

import datetime as dt
from collections.abc import Mapping
from enum import Enum

from gipt.domain.problems import Problem
from gipt.i18n import (
    N_,
    format_date,
    format_list,
    format_time,
    gettext,
    local_digits,
)
from gipt.i18n.placeholders import placeholders
from gipt.words.fields import field_label

PROBLEM_SENTENCES: Mapping[str, str] = {
    "problem": N_("We could not do this. Please check and try again."),
    "not_found": N_("We could not find this."),
    "not_allowed": N_("Your role does not include this. Ask your coordinator."),
    "invalid": N_("%(field)s: please check this."),
    "invalid.missing": N_("%(field)s: not answered yet."),
    "invalid.blank": N_("%(field)s: not answered yet."),
    "invalid.empty": N_("%(field)s: not answered yet."),
    "invalid.required": N_("%(field)s: not answered yet."),
    "invalid.too_long": N_("%(field)s: please write at most %(high)s signs."),
    "invalid.too_short": N_("%(field)s: please write at least %(low)s signs."),
    "invalid.too_simple": N_("%(field)s: this one is easy to guess. Please choose another."),
    "invalid.not_matching": N_("%(field)s: the two are not the same. Please write it again."),
    "invalid.not_the_same": N_("%(field)s: the two are not the same. Please write it again."),
    "invalid.six_digits": N_("%(field)s: please write six digits."),
    "invalid.sign_in_name_letters": N_(
        "%(field)s: please use letters, digits, dot, dash and underscore only."
    ),
    "invalid.not_a_number": N_("%(field)s: please write a number from %(low)s to %(high)s."),
    "invalid.not_a_date": N_("%(field)s: please write a date, like 2026-10-14."),
    "invalid.not_a_time": N_("%(field)s: please write a time, like 14:30."),
    "invalid.out_of_range": N_("%(field)s: please choose from %(low)s to %(high)s."),
    "invalid.not_on_scale": N_("%(field)s: please write a number that can be divided by %(step)s."),
    "invalid.scale_not_chosen": N_("%(field)s: please say which scale the total is on."),
    "invalid.convention_not_chosen": N_("%(field)s: please choose how the answers are numbered."),
    "invalid.unknown_convention": N_("%(field)s: please choose how the answers are numbered."),
    "invalid.wrong_length": N_("%(field)s: please write %(expected)s digits, with - for no answer."),
    "invalid.unknown_item": N_("%(field)s is not a question of this check-in."),
    "invalid.before_start": N_("%(field)s: please choose a day that is not before the beginning."),
    "invalid.before_first": N_("%(field)s: please choose one that is not before the beginning."),
    "invalid.in_future": N_("%(field)s: this day has not come yet. Please check the date."),
    "invalid.in_past": N_("%(field)s: this day is over. Please check the date."),
    "invalid.unknown_zone": N_("%(field)s: please choose a time zone from the list, like Africa/Kampala."),
    "invalid.unknown_choice": N_("%(field)s: please choose one of the list."),
    "invalid.unknown_code": N_("%(field)s: please choose one of the list."),
    "invalid.unknown_placeholder": N_("%(field)s: one %%(name)s is not in the English text."),
    "invalid.missing_placeholder": N_("%(field)s: one %%(name)s of the English text is missing."),
    "invalid.retyped_placeholder": N_(
        "%(field)s: please copy each %%(name)s exactly as in the English text."
    ),
    "invalid.stray_percent": N_("%(field)s: please write a single %% twice."),
    "invalid.markup": N_("%(field)s: please leave out signs that look like a tag."),
    "invalid.address": N_("%(field)s: please keep addresses as in the English text."),
    "invalid.control_character": N_("%(field)s: please take out signs that cannot be shown."),
    "invalid.bidi_character": N_("%(field)s: please take out signs that turn the direction of writing."),
    "invalid.zawgyi": N_(
        "%(field)s: this is Burmese in Zawgyi. Please convert it to Unicode and paste it again."
    ),
    "invalid.invisible_character": N_("%(field)s: please take out signs that cannot be seen."),
    "invalid.new_line": N_("%(field)s: please write this on one line."),
    "invalid.not_unique": N_("%(field)s: this one is taken. Please choose another."),
    "invalid.no_such_session": N_("There is no session %(value)s in this cycle."),
    "invalid.not_expected": N_("%(field)s: this person is not expected on that day."),
    "invalid.too_old": N_("%(field)s: please check. An age over %(high)s is not taken."),
    "invalid.too_few": N_("%(field)s: at least %(low)s are needed."),
    "invalid.too_low": N_("%(field)s: please choose %(least)s or more."),
    "invalid.public_needs_more": N_(
        "%(field)s: please choose %(least)s or more, because anybody may read a package with this licence."
    ),
    "invalid.research_only": N_("%(field)s: only a research package takes it. Please leave it out."),
    "invalid.below_minimum": N_("%(field)s: please choose %(low)s or more."),
    "invalid.before_from": N_("%(field)s: please choose a day that is not before the first one."),
    "invalid.choose_one": N_("%(field)s: please choose one answer."),
    "invalid.code_letters": N_("%(field)s: please use letters, digits and dashes only."),
    "invalid.country_code": N_("%(field)s: please choose a country of the list, like UG."),
    "invalid.columns_missing": N_("These columns are missing: %(columns)s. Please add them to the list."),
    "invalid.nothing_recognised": N_("No column of this file is known. Start from the template."),
    "invalid.date_long_ago": N_("%(value)s lies long ago. Please check the year and the calendar."),
    "invalid.month_of_other_calendar": N_(
        "This month belongs to another calendar. Please choose the calendar."
    ),
    "invalid.date_incomplete": N_("%(field)s: please write day, month and year."),
    "invalid.unknown_month": N_(
        "%(field)s: “%(value)s” is no month of this calendar. Please write its number, 1 to %(high)s, or its name."
    ),
    "invalid.month_days": N_("%(field)s: this month has %(high)s days. Please check day and calendar."),
    "invalid.no_such_date": N_("%(value)s is no day of this calendar. Please check the date."),
    "invalid.outside_calendar": N_("%(value)s lies outside the years of this calendar."),
    "invalid.year_two_digits": N_("Please write the year with four digits."),
    "invalid.whole_months": N_("Reports for funders take whole months. Please choose full months."),
    "invalid.not_a_phone": N_("%(field)s: please write a phone number with digits, like +256 700 123456."),
    "invalid.not_in_order": N_("%(field)s: the more urgent level needs the shorter time."),
    "invalid.no_level": N_("%(field)s: please say what each answer to question %(number)s leads to."),
    "invalid.repeated_key": N_("%(field)s: question %(number)s has the key of another."),
    "invalid.unknown_question": N_("These questions are not in the protocol. Please open the page again."),
    "invalid.not_excused": N_("%(field)s: a reason belongs to “could not come” only."),
    "invalid.needs_both": N_("%(field)s: please give the measure and the cut-off together."),
    "invalid.not_defined_for_direction": N_("%(field)s: this figure is not defined for this measure."),
    "invalid.gap_or_overlap": N_("%(field)s: each band has to begin where the one before ends (%(band)s)."),
    "invalid.no_open_end": N_("%(field)s: the last band has to be open (%(band)s)."),
    "invalid.no_time_zone": N_("%(field)s: the time zone is missing."),
    "invalid.same_venue": N_("%(field)s: please choose two different places."),
    "invalid.stays": N_("%(field)s: this stays as it is. Please choose the one from before."),
    "invalid.same_code": N_("%(field)s: two of them have the same code. Give each its own."),
    "invalid.unknown_person": N_("%(field)s: please write the code of one other person, like M-0001."),
    "invalid.not_after_death": N_("%(field)s: after a death only “died” fits."),
    "invalid.currency_code": N_("%(field)s: please choose a currency, like USD."),
    "invalid.gregorian_month": N_(
        "%(field)s: please write the day too, or choose Gregorian for a whole month."
    ),
    "invalid.not_an_amount": N_("%(field)s: please write an amount above 0, like 1,250.50."),
    "invalid.not_a_target": N_("%(field)s: please write a number from 0 with at most two decimals."),
    "invalid.same_currency": N_(
        "%(field)s: this is the currency of your ledger. Leave the exchange rate empty."
    ),
    "invalid.too_fine": N_("%(field)s: this currency is written with %(decimals)s decimals."),
    "invalid.shares_over_whole": N_(
        "%(field)s: together the shares are %(total)s %%. At most 100 %% can be given."
    ),
    "invalid.not_there": N_("%(field)s: we could not find this."),
    "invalid.changed_since": N_(
        "The numbers have changed since you looked. Please look at the difference again."
    ),
    "invalid.nothing_to_send": N_("There is no number that may be sent: all are hidden or not there."),
    "invalid.one_period": N_("This data set takes one period at a time. Please choose exactly one."),
    "invalid.place_empty": N_("Nothing stands between the braces. Write an indicator, like I-05."),
    "invalid.place_indicator": N_("“%(word)s” is no indicator. Write its code first, like I-05 or F5."),
    "invalid.place_unknown": N_(
        "“%(word)s” is not known. Write a breakdown like sex=female, a period or a part."
    ),
    "invalid.place_value": N_("“%(word)s” is not known. Please choose one of: %(known)s."),
    "invalid.place_twice": N_("“%(word)s” says something a second time. Please leave one out."),
    "invalid.place_not_divided": N_("%(indicator)s is not counted by “%(word)s”. Please leave it out."),
    "invalid.place_too_many": N_("A figure can be broken down by two things at most: %(word)s."),
    "invalid.place_set_divided": N_("“%(word)s” cannot be combined with a breakdown. Please leave one out."),
    "invalid.place_period": N_("“%(word)s” is no period. Write 2026-Q3, 2026-07, 2026, previous or ytd."),
    "invalid.place_stage": N_("Say of whom the cost is: write stage= and one of: %(known)s."),
    "invalid.place_formula": N_("A formula stands in this cell. Please choose a cell without one."),
    "invalid.place_covered": N_("This cell lies under a merged one. Use the first cell of the merged area."),
    "invalid.place_open": N_("The braces do not close. Write two before the figure and two after it."),
    "invalid.place_gone": N_("This cell is no longer in the workbook. Please choose another."),
    "invalid.too_many_places": N_("This workbook asks for too many figures. At most %(high)s are filled."),
    "invalid.too_many_periods": N_(
        "This workbook names too many periods. At most %(high)s can be filled at once."
    ),
    "invalid.two_values": N_("%(field)s: %(value)s stands here twice with different numbers."),
    "invalid.unknown_count": N_("%(field)s: %(value)s is not among the counts."),
    "invalid.not_true": N_("%(field)s: the parts do not add up to %(value)s."),
    "conflict": N_("Somebody changed this at the same time. Please look again and save once more."),
    "conflict.demo_other_files": N_(
        "This data directory holds other files. Name an empty one with GIPT_DATA."
    ),
    "conflict.demo_needs_empty": N_(
        "This data directory holds a programme already. Name an empty one with GIPT_DATA."
    ),
    "conflict.changed": N_("Somebody changed this at the same time. Please look again and save once more."),
    "conflict.database_rule": N_(
        "This does not fit with what is already written. Please check and save again."
    ),
    "conflict.own_account": N_("You cannot do this to your own account. Ask another administrator."),
    "conflict.second_person": N_("A second person has to close this. Ask another supervisor or clinician."),
    "conflict.already_named": N_("This already belongs to a person. Ask the supervisor to look at it."),
    "conflict.episode_merged": N_("This goes on in another episode of the same person."),
    "conflict.other_open": N_("This person has another open episode. Go on there."),
    "conflict.sign_in_name_taken": N_("Somebody has this sign-in name. Please choose another."),
    "conflict.session_held": N_("This meeting was held, so its date stays."),
    "conflict.session_closed": N_("This meeting is closed, so it cannot be moved."),
    "conflict.session_cancelled": N_("This meeting did not happen. Plan it again before recording it."),
    "conflict.cycle_not_started": N_("This cycle has not started. Start it first."),
    "conflict.register_missing": N_("Mark who came first."),
    "conflict.not_a_member": N_("This person does not belong to the group on that day."),
    "conflict.memberships_overlap": N_("This person is in two groups on the same days: %(groups)s."),
    "conflict.answers_exist": N_("There are answers already. Correct them instead."),
    "conflict.correction_reason_missing": N_("Please write why this is changed."),
    "conflict.correction_too_late": N_(
        "More than %(days)s days have passed. Ask your coordinator to change it."
    ),
    "conflict.code_taken": N_("This code is taken. Please choose another."),
    "conflict.file_exists": N_("There is a file %(name)s already. Please choose another name."),
    "conflict.database_exists": N_(
        "There is a database in this folder. Run “gipt restore --replace” to put the backup in its place."
    ),
    "conflict.database_not_empty": N_(
        "This database holds tables already. Run “gipt restore --replace” to put the backup in their place."
    ),
    "conflict.name_taken": N_("This name is taken. Please choose another."),
    "conflict.nothing_to_override": N_("There is nothing to decide differently here."),
    "conflict.episode_closed": N_("This safety episode is closed. Open a new one instead."),
    "conflict.no_free_code": N_("No code is free. Please try again, or write one yourself."),
    "conflict.adult_consents_alone": N_("An adult gives consent without a caregiver. Choose the person."),
    "conflict.same_person": N_("Please choose two different people."),
    "conflict.same_cycle": N_("Both are in the same cycle. Take one of them out of it first."),
    "conflict.overridden": N_("A supervisor decided this. Ask the supervisor to change it."),
    "conflict.waiting_moved": N_("Somebody moved this person on the waiting list. Please look again."),
    "conflict.no_open_session": N_("There is no meeting left to move in these days."),
    "conflict.no_open_gap": N_("Nothing is left to decide about this meeting."),
    "conflict.group_blocked": N_("This group cannot be formed like this. See what is said below."),
    "conflict.undo_done": N_("This was taken back already."),
    "conflict.undo_over": N_("This was changed more than 24 hours ago. Please change it again instead."),
    "conflict.undo_held": N_("A meeting was held since, so this change stays."),
    "conflict.undo_changed": N_("The same meetings were changed again since, so this change stays."),
    "conflict.undo_past": N_("The old day is over. Please choose a new one instead."),
    "conflict.undo_taken": N_(
        "Meanwhile another meeting was planned on the old date. Please choose a new one."
    ),
    "conflict.joining_closed": N_(
        "Joining is closed after %(held)s held meetings. A supervisor may allow it."
    ),
    "conflict.already_there": N_("This person is in this cycle already."),
    "conflict.left_this_cycle": N_("This person left this cycle. Use “Come back” on the person's page."),
    "conflict.has_left": N_("This person has left already."),
    "conflict.has_not_left": N_("This person has not left."),
    "conflict.cycle_exists": N_("This group has a cycle that is planned or running. Close that one first."),
    "conflict.blocked": N_("Something stands against this date. Please choose another."),
    "conflict.guide_step": N_("This step does not follow from where it stands now. Please look again."),
    "conflict.other_person_needed": N_("Another person has to take this step."),
    "conflict.own_edits": N_("You wrote %(count)s of these texts. Another person has to review them first."),
    "conflict.evidence_missing": N_("Add a field test or a test of understanding first."),
    "conflict.untranslated": N_("%(count)s texts are not translated yet. Finish them first."),
    "conflict.nothing_translated": N_("Nothing of this guide is translated into %(language)s yet."),
    "conflict.locked": N_("This wording is locked. Only a whole validated one can take its place."),
    "conflict.catalog_unreadable": N_("The catalog %(name)s cannot be read. Tell the people who run gipt."),
    "conflict.numbers_only": N_("%(measure)s is entered as numbers only. No wording of it may be shown."),
    "conflict.wording_ships": N_("%(measure)s ships in English already. Load wordings of other languages."),
    "conflict.wording_over": N_("This wording was loaded or withdrawn already. Please send the file again."),
    "conflict.file_over": N_("This file was taken or dropped already. Please send it again."),
    "conflict.edited_again": N_("Somebody edited this text meanwhile. Please look again."),
    "conflict.words_changed": N_("These words changed meanwhile. Please read them again."),
    "conflict.cycle_not_planned": N_("This cycle has started or ended already."),
    "conflict.cycle_not_running": N_("This cycle is not running."),
    "conflict.incident_closed": N_("This incident is closed. You can still add a note."),
    "conflict.complaint_closed": N_("This complaint is closed. You can still add a note."),
    "conflict.ledger_chosen": N_("The currency is chosen already. An administrator can change it."),
    "conflict.report_other_definition": N_(
        "Only reports of the same kind can be compared. Please choose another."
    ),
    "conflict.schedule_ended": N_("This one has ended. Please set up a new one."),
    "conflict.report_over": N_("This report is finished, so there is nothing to stop."),
    "conflict.report_taken": N_("This report is being made already."),
    "conflict.report_not_done": N_("This report is not finished yet."),
    "conflict.report_gone": N_("The file of this report was deleted. Please make it again."),
    "conflict.nothing_to_send": N_("There is no number that may be sent: all are hidden or not there."),
    "conflict.template_faults": N_(
        "Some cells of this template cannot be filled. Open the template to see which."
    ),
    "conflict.template_without_cells": N_("No cell of this template asks for a figure. Choose cells first."),
    "conflict.template_retired": N_("This template was put away. Take it back first, or send a new one."),
    "conflict.report_leaks": N_(
        "The workbook would have named somebody, so it was not kept. Tell the people who run gipt."
    ),
    "conflict.research_too_few": N_(
        "Too few people of these months and places agreed to research. Choose more months or sites."
    ),
    "conflict.report_too_long": N_("The report took too long. Choose fewer months or sites."),
    "invalid.wording_other_measure": N_("This file is another questionnaire (%(value)s), not %(measure)s."),
    "invalid.wording_stem": N_("The sentence before the questions is missing. Write it below."),
    "invalid.wording_item_missing": N_("Question %(item)s is missing in this file."),
    "invalid.wording_item_blank": N_("Question %(item)s has no words in this file."),
    "invalid.wording_item_twice": N_("Question %(item)s stands twice in this file."),
    "invalid.wording_item_unknown": N_(
        "“%(value)s” is not a question of this measure. Take it out, or mend its name."
    ),
    "invalid.wording_item_order": N_(
        "Question %(item)s stands where %(expected)s belongs. Put the questions in the published order."
    ),
    "invalid.wording_answers": N_("Question %(item)s needs words for exactly these answers: %(values)s."),
    "invalid.wording_answers_differ": N_(
        "The answers of question %(item)s have other words than those before it."
    ),
    "invalid.wording_too_long": N_("“%(value)s…” is too long. A text has at most %(high)s signs."),
    "invalid.wording_signs": N_(
        "“%(item)s” holds signs that may not stand in a wording, such as tags or addresses."
    ),
    "invalid.wording_stale": N_("%(item)s was made for other English. Export the measure again."),
    "invalid.wording_language": N_("This file has the languages %(value)s, not “%(language)s”."),
    "invalid.other_language": N_("This file is for the language “%(value)s”, not for “%(language)s”."),
    "invalid.other_domain": N_("This file holds “%(value)s”, not “%(domain)s”."),
    "invalid.plural_count": N_("%(field)s: write as many forms as the language has."),
    "invalid.twice": N_("%(field)s: this entry stands twice in the file, with different words."),
    "invalid.iso_date": N_("“%(value)s” is no date. Please write it like 2026-10-14."),
    "invalid.far_year": N_("%(field)s: please check the year."),
    "invalid.no_such_folder": N_("The folder of %(name)s does not exist. Make it first."),
    "invalid.no_such_file": N_("There is no file %(name)s. Please check how it is written."),
    "invalid.not_a_file": N_("%(name)s is a folder. Please name a file."),
    "invalid.too_many_rows": N_(
        "This report has more rows than a sheet can hold. Choose fewer months or sites."
    ),
    "conflict.cycle_closed": N_("This cycle is closed."),
    "invalid.date_to_confirm": N_(
        "Column “%(column)s”: cell %(cell)s says “%(text)s”. Say how dates are written: %(readings)s."
    ),
    "conflict.import_over": N_("This list was brought in or dropped already. Please send it again."),
    "conflict.dates_to_confirm": N_("Please say first how the dates are written."),
    "conflict.rows_to_mend": N_("%(count)s rows still need you, so nothing was saved."),
    "conflict.undo_too_late": N_("This can be taken back for seven days, and once."),
    "invalid.missing_for_warnings": N_("%(field)s: please say why, since something speaks against it."),
    "unknown": N_("“%(name)s” is not known. Please choose one of: %(known)s."),
    "unknown.report": N_("There is no report “%(name)s”. Please choose one of: %(known)s."),
    "unknown.code_map": N_("There is no code map “%(name)s”. Please choose one of: %(known)s."),
    "unknown.role": N_("There is no role “%(name)s”. Please choose one of: %(known)s."),
    "unknown.kind": N_("There is no kind “%(name)s”. Please choose one of: %(known)s."),
    "unknown.status": N_("There is no status “%(name)s”. Please choose one of: %(known)s."),
    "unknown.evidence": N_("There is no evidence “%(name)s”. Please choose one of: %(known)s."),
    "unknown.domain": N_("There is no domain “%(name)s”. Please choose one of: %(known)s."),
    "unknown.language": N_("The language “%(name)s” is not listed. Please choose one of: %(known)s."),
    "unknown.curriculum": N_("There is no curriculum “%(name)s”. Please choose one of: %(known)s."),
    "unknown.adaptation": N_("There is no adaptation “%(name)s”. Please choose one of: %(known)s."),
    "unknown.measure": N_("There is no measure “%(name)s”. Please choose one of: %(known)s."),
    "unknown.country": N_("There is no country “%(name)s” in the list of holidays."),
    "unknown.column": N_("There is no column “%(name)s”. Please choose one of: %(known)s."),
    "unknown.group": N_("There is no group “%(name)s”. See “gipt list groups”."),
    "unknown.site": N_("There is no site “%(name)s”. See “gipt list sites”."),
    "unknown.staff": N_("Nobody has the sign-in name “%(name)s”. Please check how it is written."),
    "unknown.weekday": N_("There is no weekday “%(name)s”. Please choose one of: %(known)s."),
    "unknown.list": N_("There is no list “%(name)s”. Please choose one of: %(known)s."),
    "unknown.calendar": N_("There is no calendar “%(name)s”. Please choose one of: %(known)s."),
    "unknown.order": N_(
        "There is no order “%(name)s” of day, month and year. Please choose one of: %(known)s."
    ),
    "operation_reused": N_("This form was sent before with other answers. Please open the page again."),
    "not_ready": N_("Something has to be set up first: %(missing)s."),
    "not_ready.secrets": N_("This folder is not set up yet. Run “gipt init” first."),
    "not_ready.secrets_private": N_(
        "Other people can read the file %(path)s. Make it readable by its owner only."
    ),
    "not_ready.secrets_readable": N_("The file %(path)s cannot be read. Bring back your copy of it."),
    "not_ready.strong_secret": N_(
        "The secret “%(name)s” is too weak. Run “gipt init” in a new folder for good ones."
    ),
    "not_ready.database_profile": N_("The database did not take these settings: %(settings)s."),
    "not_ready.local_folder": N_("The database lies on a network folder. Move it to a disk of this machine."),
    "not_ready.only_server": N_("Another gipt already serves this database. Stop that one first."),
    "not_ready.database": N_("The database is not set up yet. Run “gipt init” first."),
    "not_ready.queue": N_(
        "Workers need PostgreSQL and the extra “postgres”: install both, run “gipt init”, then start them."
    ),
    "not_ready.initialised": N_("This folder is not set up yet. Run “gipt init” first."),
    "not_ready.database_upgraded": N_(
        "The database is of another version. Run “gipt init” to bring it up to date."
    ),
    "not_ready.pg_dump": N_(
        "The database was not copied. Install pg_dump of the same version as the server."
    ),
    "not_ready.pg_restore": N_("Nothing was changed. Install pg_restore of the same version as the server."),
    "not_ready.restore_failed": N_(
        "The backup could not be put in, and nothing was changed. Ask who runs your database server."
    ),
    "not_ready.parquet": N_(
        "Parquet files cannot be written here. Choose CSV, or have gipt[parquet] installed."
    ),
    "not_ready.other_system": N_("No other system is set up. Ask whoever runs the machine."),
    "not_ready.rows": N_("This report needs rows of single people. Choose a report without them."),
    "not_ready.programme": N_("Name the programme first."),
    "not_ready.safety_protocol": N_("Adopt a safety protocol with two phone numbers first."),
    "not_ready.protocol": N_("Adopt a safety protocol with two phone numbers first."),
    "not_ready.curriculum": N_("The clinical lead has to adopt this curriculum first."),
    "not_ready.curriculum_adopted": N_("The clinical lead has to adopt this curriculum first."),
    "not_ready.guide_approved": N_("The clinical lead has to approve the words of this guide first."),
    "not_ready.criteria": N_("Set the rules for who can join first."),
    "not_ready.consent": N_("Write down the person's consent first."),
    "not_ready.facilitator": N_("Choose a facilitator first."),
    "not_ready.members": N_("Add members to the group first."),
    "not_ready.sessions_open": N_("Write down who came to every meeting, or cancel it, first."),
    "not_ready.gap_undecided": N_("Decide first what comes of each cancelled meeting."),
    "not_ready.endlines": N_("Some members have no last check-in. Ask them, or note why not."),
    "not_ready.ledger_currency": N_("Choose the currency of your ledger first."),
    "not_ready.incident_judged": N_("Say how it is related to the programme and how it ended first."),
    "not_ready.incident_reported": N_("Write down to whom this was reported first."),
    "not_ready.site": N_("Add a site first."),
    "not_ready.venue": N_("Add a meeting place first."),
    "bad_file": N_("We could not read this file. Save it as .xlsx or .csv and try again."),
    "bad_file.busy": N_("Another file is being read. Please try again in a minute."),
    "bad_file.not_a_backup": N_("This file is no backup of gipt. Please choose another."),
    "bad_file.backup_damaged": N_(
        "This backup is damaged, or it was made with another key. Try the one before it."
    ),
    "bad_file.backup_newer": N_("This backup was made by a newer gipt. Install that version first."),
    "bad_file.backup_other_database": N_(
        "This backup comes from another kind of database and does not fit. Please choose another."
    ),
    "bad_file.empty": N_("This file is empty. Please choose another."),
    "bad_file.encrypted": N_("This file has a password. Save it without one and try again."),
    "bad_file.macro": N_("This file can run programs. Save it as .xlsx and try again."),
    "bad_file.too_big": N_("This file is too big. Please send at most %(megabytes)s MB."),
    "bad_file.too_large": N_("This file is too big. Please send at most %(limit_mb)s MB."),
    "bad_file.too_heavy": N_(
        "This file unpacks to too much. Copy the list into a new workbook and try again."
    ),
    "bad_file.too_many_rows": N_("This file has too many rows. Please send at most %(high)s at a time."),
    "bad_file.too_slow": N_(
        "Reading this file takes too long. Copy the list into a new workbook and try again."
    ),
    "bad_file.far_cell": N_("Cell %(cell)s lies far outside the list. Clear it and send the file again."),
    "bad_file.hostile": N_("This file holds parts that no list needs. Copy the list into a new workbook."),
    "bad_file.long_cell": N_("Cell %(cell)s holds too much text. Shorten it and send the file again."),
    "bad_file.ods": N_("This is a file of LibreOffice. Save it as .xlsx and try again."),
    "bad_file.old_xls": N_("This is an old Excel file. Save it as .xlsx and try again."),
    "bad_file.zawgyi": N_(
        "Cell %(cell)s holds Burmese in Zawgyi. Convert the list to Unicode and send it again."
    ),
    "bad_file.too_many_sheets": N_("This file has too many sheets. Please send at most %(high)s."),
    "bad_file.truncated": N_("This file is damaged or not complete. Please send it again."),
    "bad_file.xlsb": N_("This is a binary workbook. Save it as .xlsx and try again."),
    "bad_file.zip_bomb": N_(
        "This file unpacks to too much. Copy the list into a new workbook and try again."
    ),
    "bad_file.not_a_workbook": N_("This is not a workbook. Save the list as .xlsx or .csv and try again."),
    "bad_file.not_a_wording": N_("Please send a file that ends in .json, .xlsx or .po."),
    "bad_file.not_fhir": N_("This is no FHIR Questionnaire in JSON. Please choose another file."),
    "bad_file.not_a_catalog": N_("Please send a file that ends in .po, .xlf, .xliff or .xlsx."),
    "bad_file.not_a_po": N_("This is no PO file that can be read. Save it as PO in UTF-8 and try again."),
    "bad_file.po_line": N_("Line %(line)s of this PO file cannot be read. Mend it and send the file again."),
    "bad_file.not_xml": N_("This file is not whole XML. Export it again and send it."),
    "bad_file.not_xliff": N_("This is no XLIFF 1.2 file with texts. Export one here and work in that."),
    "bad_file.no_heading": N_("No column is headed “%(heading)s”. Keep the headings of the first row."),
    "bad_file.unknown_extension": N_(
        "Files that end in %(extension)s are not read. Save it as .xlsx or .csv."
    ),
    "bad_file.unreadable": N_("We could not read this file. Save it as .xlsx or .csv and try again."),
    "bad_definition": N_("%(file)s: please check “%(key)s”."),
    "bad_definition.missing": N_("%(file)s: “%(key)s” is missing."),
    "bad_definition.figure": N_(
        "%(file)s: “%(key)s” is no figure. Write it as in a template, without a period."
    ),
    "bad_definition.unreadable": N_("%(file)s cannot be read. Please check how it is written."),
    "bad_definition.unknown_key": N_("%(file)s: there is no “%(key)s”. There are: %(known)s."),
    "bad_definition.unknown_name": N_("%(file)s: “%(key)s” has no “%(name)s”. Please choose of: %(known)s."),
    "bad_definition.twice": N_("%(file)s: “%(key)s” names something twice."),
    "bad_definition.too_low": N_("%(file)s: “%(key)s” must be %(least)s or more, not %(value)s."),
    "bad_definition.too_high": N_("%(file)s: “%(key)s” must be %(most)s or less, not %(value)s."),
    "bad_definition.not_a_number": N_("%(file)s: “%(key)s” must be a whole number."),
    "bad_definition.not_text": N_("%(file)s: “%(key)s” must be a text."),
    "bad_definition.not_the_file_name": N_(
        "%(file)s: “%(key)s” must be the name of the file, not “%(name)s”."
    ),
    "bad_definition.internal_hides_nothing": N_(
        "%(file)s: internal reports hide nothing, so “%(key)s” cannot stand there."
    ),
    "bad_definition.rows_are_internal": N_(
        "%(file)s: rows about people are for inside only, so “%(key)s” cannot stand there."
    ),
    "bad_definition.sheet_and_rows": N_(
        "%(file)s: “%(key)s” and the sheet “%(sheet)s” belong together. Please write both or none."
    ),
    "bad_definition.needs_sheet": N_("%(file)s: the chart “%(name)s” needs the sheet “%(sheet)s”."),
    "bad_definition.not_broken_down": N_("%(file)s: “%(name)s” by “%(by)s” must also stand under “%(key)s”."),
    "remote_fault": N_("The other system did not answer as expected. Please try again later."),
    "remote_fault.bad_address": N_("The address of the other system has to begin with https://."),
    "remote_fault.not_reached": N_(
        "The other system could not be reached. Check its address and the network."
    ),
    "remote_fault.too_slow": N_("The other system did not answer in time. Please try again later."),
    "remote_fault.not_signed_in": N_(
        "The other system does not accept the token. Ask its administrator for one."
    ),
    "remote_fault.not_there": N_("There is no such data set or address at the other system."),
    "remote_fault.redirected": N_("The other system has moved. Ask for its new address."),
    "remote_fault.refused": N_("The other system refused the data. Check the code map."),
    "remote_fault.refused_data": N_("The other system refused the data. Check the code map."),
    "remote_fault.server_broken": N_("The other system has a fault of its own. Please try again later."),
    "remote_fault.too_much": N_("The other system sent or was sent too much at once."),
    "remote_fault.not_understood": N_("The answer of the other system could not be read. Check its address."),
    "too_many_tries": N_("Please wait %(seconds)s seconds, then try again."),
    "no_free_date": N_("No free day for session %(number)s until %(until)s. Choose another day or place."),
}
"""Sentences by key; kept in the order of `gipt.domain.problems`."""


def sentence(problem: Problem) -> str:
    """Give the sentence that says what to mend, in the language in use.

    The most exact sentence wins whose placeholders the fault's details can fill; every fault has one.
    """
    if problem.code == "not_ready":
        return missing_sentence(problem)
    details = problem.details
    exact = details.get("reason") or details.get("kind")
    return said([f"{problem.code}.{exact}", problem.code], details)


def missing_sentence(problem: Problem) -> str:
    """Say what has to be set up first: whole sentences for what is known, one list for the rest."""
    missing = [str(code) for code in as_sequence(problem.details.get("missing"))]
    known = [code for code in missing if f"not_ready.{code}" in PROBLEM_SENTENCES]
    sentences = [said([f"not_ready.{code}", "not_ready"], problem.details) for code in known]
    others = [code for code in missing if code not in known]
    if others or not known:
        sentences.append(said(["not_ready"], {"missing": others or missing or ["–"]}))
    return " ".join(dict.fromkeys(sentences))


def said(keys: list[str], details: Mapping[str, object]) -> str:
    """Give the first sentence of the keys that exists and can be filled."""
    arguments = {name: shown(name, value) for name, value in details.items()}
    for key in [*keys, "problem"]:
        text = PROBLEM_SENTENCES.get(key)
        if text is not None and set(placeholders(text)) <= set(arguments):
            return gettext(text, **arguments)
    return gettext(PROBLEM_SENTENCES["problem"])


def shown(name: str, value: object) -> str:
    """Write one detail of a fault for people."""
    if name == "field":
        return field_label(value)
    if isinstance(value, Enum):
        return shown(name, value.value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, dt.time):
        return format_time(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return format_list([shown("", one) for one in value])
    return local_digits(str(value)) if isinstance(value, (int, float)) else str(value)


def as_sequence(value: object) -> list[object]:
    """Give the items of a list, or the one value in a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
