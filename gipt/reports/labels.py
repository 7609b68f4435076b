"""The words of workbooks: sheets, columns, indicators and how each is counted, marked for translation by code.

Codes stay English and stable; the words here are looked up in the report's language when a workbook is built.
Nothing here speaks of cause: change is change among participants.
"""

from gipt.i18n import N_

SHEETS = {
    "cover": N_("Cover"),
    "contents": N_("Contents"),
    "indicators": N_("Indicators"),
    "disaggregation": N_("Disaggregation"),
    "attendance": N_("Attendance"),
    "outcomes": N_("Outcomes"),
    "dose": N_("Change by sessions attended"),
    "safety": N_("Safety"),
    "dictionary": N_("Dictionary"),
    "changes": N_("Changes"),
    "charts": N_("Charts"),
    "cycles": N_("Groups"),
    "data_quality": N_("Data quality"),
    "community": N_("What we did together"),
    "framework": N_("Framework"),
    "who_what_where": N_("Who, what, where, when"),
    "members": N_("Members"),
    "sessions": N_("Sessions"),
    "summary": N_("Summary"),
}

PURPOSES = {
    "cover": N_("What this report is, of which days and places, and the rules it was made by."),
    "contents": N_("The sheets of this workbook."),
    "indicators": N_(
        "Each indicator with numerator, denominator, value, interval, what is not known, what is left out, definition."
    ),
    "disaggregation": N_(
        "The same indicators by sex, age, site, disability and displacement, one row per part."
    ),
    "attendance": N_("How many members were expected and came, by session number."),
    "outcomes": N_(
        "Change among participants from baseline to endline, in three ways of counting side by side."
    ),
    "dose": N_(
        "How scores changed among participants, by how many core sessions they attended. It names no cause: "
        "people who feel better may come more often, or stop coming."
    ),
    "safety": N_("Counts of safety episodes and referrals. Never a row per event."),
    "dictionary": N_("What every sheet, column, code and mark means."),
    "changes": N_("What differs from the last report about the same days and places."),
    "cycles": N_(
        "One row for each group's cycle: meetings, members, who came. It stays in the organisation."
    ),
    "data_quality": N_(
        "Ten checks of what was written down: how many things there are to look at, and what each means."
    ),
    "charts": N_("Charts of figures that stand on the other sheets, with the numbers they draw."),
    "community": N_("A few counts in plain words, for a meeting with the community."),
    "framework": N_("The funder's own list, each row with our figure and how it is counted."),
    "who_what_where": N_("One row for each activity and site, for a list of who does what, where and when."),
    "members": N_("One row per enrolment, with codes and without names."),
    "sessions": N_("One row per member and session."),
    "summary": N_("Each indicator with numerator, denominator, value and definition."),
}

COLUMNS = {
    "field": N_("Field"),
    "content": N_("Content"),
    "sheet": N_("Sheet"),
    "purpose": N_("What it answers"),
    "code": N_("Code"),
    "indicator": N_("Indicator"),
    "set": N_("Way of counting (code)"),
    "analysis_set": N_("Way of counting"),
    "unit": N_("Unit"),
    "numerator": N_("Numerator"),
    "rest": N_("Rest (denominator less numerator)"),
    "denominator": N_("Denominator"),
    "value": N_("Value"),
    "low": N_("95 %% interval, low"),
    "high": N_("95 %% interval, high"),
    "n": N_("n"),
    "missing": N_("Not known"),
    "excluded": N_("Left out by rule"),
    "excluded_because": N_("Who is left out"),
    "definition": N_("Definition"),
    "note": N_("Note"),
    "target_baseline": N_("Baseline"),
    "target_period": N_("Target of the period"),
    "target_share": N_("Of the target"),
    "target_life": N_("Target of the project"),
    "life_value": N_("Value since the project began"),
    "life_share": N_("Of the target of the project"),
    "dimension": N_("Broken down by"),
    "part": N_("Part (code)"),
    "part_label": N_("Part"),
    "session_number": N_("Session number"),
    "expected": N_("Expected"),
    "came": N_("Came"),
    "did_not_come": N_("Did not come"),
    "share": N_("Share that came"),
    "sessions_attended": N_("Core sessions attended"),
    "people": N_("People"),
    "pairs": N_("With baseline and endline"),
    "mean_change": N_("Mean change"),
    "sd_change": N_("Standard deviation of the change"),
    "mean_low": N_("Mean change, 95 %% interval, low"),
    "mean_high": N_("Mean change, 95 %% interval, high"),
    "cases": N_("At or above the cut-off at baseline"),
    "response": N_("Response"),
    "no_response": N_("No response"),
    "response_share": N_("Share with response"),
    "allowed": N_("Values it takes"),
    "funder_code": N_("Code of the funder"),
    "area": N_("Area"),
    "funder_label": N_("Wording of the funder"),
    "check": N_("Check (code)"),
    "check_name": N_("Check"),
    "state": N_("State"),
    "found": N_("Things to look at"),
    "found_at": N_("Where (codes)"),
    "meaning": N_("What it means"),
    "who_mends": N_("Who can mend it"),
    "cycle_status": N_("State of the cycle"),
    "first_held_on": N_("First meeting held"),
    "last_held_on": N_("Last meeting held"),
    "planned": N_("Meetings due"),
    "held": N_("Meetings held"),
    "not_held": N_("Meetings not held"),
    "main_reason": N_("Main reason"),
    "members": N_("Members"),
    "started": N_("Members who started"),
    "median_came": N_("Median of meetings attended"),
    "completed_people": N_("Members who completed"),
    "dropped_out": N_("Members who dropped out"),
    "endlines": N_("Members with an endline"),
    "fidelity_meetings": N_("Meetings whose facilitator said what was done"),
    "fidelity_done": N_("Things of these meetings said to be done"),
    "fidelity_rated": N_("Things of these meetings said anything about"),
    "to_do": N_("To do before it is sent"),
    "who": N_("Who"),
    "what": N_("What"),
    "where": N_("Where"),
    "first_on": N_("From"),
    "last_on": N_("To"),
    "what_we_counted": N_("What we counted"),
    "how_many": N_("How many"),
    "chart": N_("Chart"),
    "mean_score": N_("Mean score"),
    "target_difference": N_("Compared with the target"),
    "level": N_("Level"),
    "kind": N_("Kind"),
    "name": N_("Name"),
    "type": N_("Type"),
    "column": N_("Column"),
    "before": N_("Then"),
    "after": N_("Now"),
    "member": N_("Member code"),
    "enrolment": N_("Enrolment code"),
    "site": N_("Site code"),
    "group": N_("Group code"),
    "cycle": N_("Cycle code"),
    "curriculum": N_("Curriculum"),
    "enrolled_on": N_("Enrolled on"),
    "sex": N_("Sex"),
    "age": N_("Age at enrolment"),
    "age_band": N_("Age band"),
    "disability": N_("Disability"),
    "displacement": N_("Displacement"),
    "population": N_("Population"),
    "sessions": N_("Sessions of the curriculum"),
    "attended": N_("Sessions attended"),
    "sessions_expected": N_("Sessions expected"),
    "made_up": N_("Sessions made up"),
    "completed": N_("Completed (1 = yes)"),
    "exit": N_("Exit"),
    "baseline": N_("Baseline total"),
    "endline": N_("Endline total"),
    "planned_on": N_("Planned on"),
    "first_confirmed_on": N_("Date first confirmed"),
    "held_on": N_("Held on"),
    "session_status": N_("Session status"),
    "cancel_reason": N_("Reason for cancelling"),
    "attendance": N_("Attendance"),
    "is_expected": N_("Expected (1 = yes)"),
    "is_attended": N_("Counted as attended (1 = yes)"),
    "days_off": N_("Days from the date first confirmed"),
    "measure": N_("Measure"),
    "point": N_("When it was given"),
    "on": N_("Given on"),
    "mode": N_("How it was given"),
    "language": N_("Language"),
    "total": N_("Total"),
    "answered": N_("Items answered"),
    "items": N_("Items of the measure"),
    "complete": N_("Complete (1 = yes)"),
    "prorated": N_("Prorated (1 = yes)"),
    "totals_only": N_("Total without answers (1 = yes)"),
    "measure_version": N_("Version of the measure"),
}

NOTES = {
    "too_small": N_("n too small"),
    "hidden": N_("Hidden to protect few people"),
    "low_coverage": N_("Warning: fewer than 80 %% of those who started have an endline."),
    "nothing": N_("Nothing to count"),
    "not_recorded": N_("not recorded"),
}

DIFFERENCES = {
    "reached": N_("The target is reached."),
    "below": N_("%(gap)s below the target."),
    "above": N_("%(gap)s above the target."),
    "below_points": N_("%(gap)s percentage points below the target."),
    "above_points": N_("%(gap)s percentage points above the target."),
    "no_value": N_("There is no figure to compare."),
}

POINTS = N_("points")
STANDARD_DEVIATIONS = N_("standard deviations")

COVER = {
    "title": N_("Report"),
    "programme": N_("Programme"),
    "period": N_("Period"),
    "period_local": N_("Period in the calendar of the programme"),
    "sites": N_("Sites"),
    "cut_off_at": N_("Data as known at"),
    "made_at": N_("Made at"),
    "made_by": N_("Made by (role)"),
    "report_id": N_("Report number"),
    "definition": N_("Definition and its version"),
    "software": N_("Software"),
    "names": N_("Names"),
    "small": N_("Small numbers"),
    "earlier": N_("Earlier reports"),
    "blank": N_("Empty cells"),
    "basis": N_("A person belongs to the period by"),
    "repeat": N_("Of a person enrolled twice, before and after compare the"),
    "completion": N_("Completed means"),
    "completion_base": N_("Completion is counted of"),
    "measure": N_("Measure"),
    "cut_off": N_("Entry cut-off"),
    "sets": N_("Ways of counting change"),
    "cause": N_("What this report does not say"),
    "safety_unknown": N_("Totals without answers"),
    "checksum": N_("Checksum of the data (SHA-256)"),
    "verify": N_("Whether it is unchanged, anybody can check at"),
}

SENTENCES = {
    "no_names": N_("This workbook contains no names and no rows about single people."),
    "codes": N_("Codes stand for people. This workbook stays in the organisation."),
    "small": N_(
        "Counts from 1 to %(most)s are printed as %(mark)s. A star (*) hides a count from which one of these could be "
        "worked out; it may be of any size. Zero is shown. Shares and means are shown only where their counts are."
    ),
    "earlier": N_(
        "Some counts are hidden because an earlier report about the same people went out: the difference of the two "
        "would tell of few people."
    ),
    "blank": N_(
        "An empty cell means that there is nothing to say: the row has no such figure, or it is hidden."
    ),
    "completion": N_("%(threshold)s of %(sessions)s sessions"),
    "completion_default": N_("70 %% of the sessions, rounded up"),
    "moment": N_("%(moment)s UTC"),
    "cut_off": N_("%(cut_off)s or more. %(citation)s"),
    "sets": N_(
        "Observed: people with both scores. Conservative: all who started, a missing endline counts as no change. "
        "Last score carried forward: the last known score stands for a missing endline."
    ),
    "cause": N_(
        "Change among participants. People outside the programme change too, so no cause can be named."
    ),
    "safety_unknown": N_(
        "%(count)s scores came as a total without answers; their safety question is not known."
    ),
    "ask_funder": N_("Please ask the funder for the code and the exact wording."),
    "community_names": N_("No names stand here. Nobody can be found by these numbers."),
    "community_marks": N_("%(mark)s means from 1 to %(most)s people. A star (*) means: we may not say."),
    "community_cause": N_("It says what changed for people who came. It does not say why."),
    "one_table": N_("One table. Its marks and codes are explained on the sheet Dictionary."),
    "too_few_for_dose": N_("Too few people have both scores to show change by sessions attended."),
    "period": N_("%(first)s to %(last)s"),
    "footer": N_("%(programme)s · %(first)s to %(last)s · no names"),
    "footer_internal": N_("%(programme)s · %(first)s to %(last)s · internal, with codes"),
}

CHART = {
    "title": N_("Members who came, by session number"),
    "y": N_("Members"),
    "described": N_("Bar chart of the members expected and the members who came at each of %(count)s sessions. "
                    "Hidden counts have no bar. The figures stand in the table beside it."),
}  # fmt: skip

CHARTS = {
    "flow": N_("From the first question to the end"),
    "reach": N_("People reached beside the target"),
    "change": N_("Mean score at the start and at the end"),
    "community": N_("What we did together"),
}

CHART_WORDS = {
    "flow": N_("Bar chart of the people at each of %(count)s stages, from screening to the end. Hidden counts have "
               "no bar."),
    "reach": N_("Bar chart of %(count)s figures, each with its target of the period and the people reached. Hidden "
                "counts have no bar."),
    "change": N_("Bar chart of %(count)s mean scores of the same people, at the start and at the end. It does not "
                 "say what caused the change."),
    "community": N_("Bar chart of the %(count)s numbers of this table. Hidden numbers have no bar."),
}  # fmt: skip

MEANS = {"mean_before": N_("Mean baseline score"), "mean_after": N_("Mean endline score")}

KINDS = {
    "sheet": N_("Sheet"),
    "column": N_("Column"),
    "indicator": N_("Indicator"),
    "mark": N_("Mark"),
}

TYPES = {
    "text": N_("Text"),
    "integer": N_("Whole number"),
    "decimal": N_("Number"),
    "percent": N_("Share"),
    "date": N_("Date"),
    "moment": N_("Date and time"),
}

MEANINGS = {
    "code": N_("Stable code of the row, in English in every language."),
    "numerator": N_("How many of the denominator meet the definition."),
    "rest": N_("How many of the denominator do not."),
    "denominator": N_("Of how many. Empty for a plain count."),
    "value": N_("The share, mean or count. Shares are rounded to whole per cent."),
    "low": N_("Lower end of the 95 %% interval: Wilson for shares, Student's t for means."),
    "high": N_("Upper end of the 95 %% interval: Wilson for shares, Student's t for means."),
    "n": N_("How many units the figure is made of."),
    "missing": N_("How many could not be counted because the answer is not known."),
    "excluded": N_("How many are known and left out by a rule."),
    "excluded_because": N_("Who they are."),
    "funder_code": N_("The funder's own code for the row, as the definition of the report gives it."),
    "funder_label": N_("What the row asks for, in the funder's words."),
    "people": N_("How many different people."),
    "part": N_("Code of the part. What is not known is a part of its own."),
    "analysis_set": N_("Who is counted and what a missing endline means."),
    "pairs": N_("How many of them have a baseline and an endline in its window."),
    "cases": N_("How many of these were at or above the cut-off at baseline."),
    "response": N_("How many of these ended at half the baseline or less."),
    "no_response": N_("How many of these did not."),
    "sd_change": N_("How far the changes of single people lie apart."),
    "mean_low": N_("Lower end of the 95 %% interval by Student's t."),
    "mean_high": N_("Upper end of the 95 %% interval by Student's t."),
    "note": N_("Why a figure is empty, or a warning about it."),
    "target_baseline": N_("What the figure was before. Shares are in per cent."),
    "target_period": N_("What was promised for these days. Shares are in per cent."),
    "target_share": N_("The figure as a part of the target of the period."),
    "target_life": N_("What was promised for the whole life of the project. Shares are in per cent."),
    "life_value": N_(
        "The figure from the first month in which anything was recorded to the end of the period. It is hidden where, "
        "beside the figure of the period, it would tell of few people."
    ),
    "life_share": N_("The figure since the project began as a part of the target of the project."),
}
