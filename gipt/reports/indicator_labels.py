"""The words of indicators: their names, how each is counted, and the statistics of a mean change.

Codes stay English and stable. Nothing here speaks of cause: change is change among participants.
"""

from gipt.i18n import N_

INDICATORS = {
    "I-01": N_("People screened"),
    "I-02": N_("People who screened positive"),
    "I-03": N_("Eligible people who were enrolled"),
    "F5": N_("People enrolled"),
    "F5-E": N_("Enrolments, somebody who came back counted again"),
    "I-04": N_("Enrolled people who started"),
    "I-05": N_("People who completed"),
    "I-06": N_("People who dropped out"),
    "I-07": N_("Attendance"),
    "I-08": N_("People by number of sessions attended"),
    "I-09": N_("Started people with an endline"),
    "I-09-A": N_("Endlines by who asked"),
    "I-09-L": N_("Started people whose endline came late"),
    "I-10": N_("Mean change in score among participants"),
    "I-10-M": N_("Change from baseline to half-way"),
    "I-10-S": N_("Score at screening beside the baseline"),
    "I-11": N_("Response: score fell by half or more"),
    "I-12": N_("Remission: score below %(remission)s at the end"),
    "I-13": N_("Below the entry cut-off at the end"),
    "I-14a": N_("Reliable improvement"),
    "I-14b": N_("Reliable deterioration"),
    "I-15": N_("Improved function"),
    "I-15-M": N_("Mean change in function"),
    "I-16": N_("Remission kept at follow-up"),
    "I-16-C": N_("People in remission who were followed up"),
    "I-17": N_("Sessions held"),
    "I-18": N_("Sessions held on time"),
    "I-19": N_("Fidelity: items of observed sessions rated satisfactory or better"),
    "I-20": N_("Supervision meetings held"),
    "I-21": N_("Safety episodes acknowledged in time"),
    "I-22": N_("Referrals that arrived"),
    "I-23": N_("Incidents"),
    "I-23S": N_("Serious incidents"),
    "I-23T": N_("Serious incidents reported in time"),
    "I-23R": N_("Incidents for each 100 people who started"),
    "I-24": N_("Facilitators trained, cleared to lead a group, and active"),
    "I-25": N_("Cost per person"),
    "I-26": N_("Satisfied people"),
    "I-27": N_("Complaints closed in time"),
    "I-27N": N_("Complaints received"),
}

RULES_OF = {
    "I-15": ("function_step",),
    "I-19": ("fidelity",),
    "I-20": ("supervision",),
    "I-23": ("incidents",),
    "I-24": ("facilitators",),
    "I-25": ("cost",),
    "I-26": ("satisfaction",),
    "I-27": ("complaints_in_time",),
}
"""How an indicator would be counted, said also where the programme records nothing to count it from."""

RULES = {
    "unique_people": N_("Each person is counted once."),
    "each_enrolment": N_("A person who was enrolled twice counts twice."),
    "last_screening": N_("Of a person who was screened more than once, the last complete screening counts."),
    "cut_off_in_force": N_("At or above the cut-off in force on the day (%(cut_offs)s)."),
    "uptake": N_("Of the people found eligible in the period, those enrolled in the period."),
    "started": N_("Attended at least one core session."),
    "completion_rule": N_("Attended enough core sessions of the curriculum: %(completion)s."),
    "dropout": N_("Started, did not complete, has no other exit, and the cycle is closed."),
    "expected_sessions": N_("Core sessions attended, of those held while the person was a member."),
    "clustered": N_("The interval takes each attendance as one of its own, so it is rather too narrow."),
    "dose": N_("See the sheet Disaggregation, broken down by sessions attended."),
    "endline_window": N_("A valid endline in its window after the last session."),
    "endline_late": N_("Their endline came after its window. It is reported here and compared nowhere."),
    "asked_by": N_(
        "By who put the questions. What people tell their own facilitator may be kinder than what they tell others."
    ),
    "paired": N_(
        "Started people with both baseline and endline. Baseline is the score before the first session."
    ),
    "screening_to_baseline": N_(
        "The score at screening and the baseline of the same people, before anything was done. People are admitted "
        "because the first was high, so it falls by chance alone. Change is counted from the baseline."
    ),
    "baseline_to_midline": N_("Of people with baseline and endline, those with a valid score half-way."),
    "function_change": N_("Started people with both scores of the function measure; above 0 is better."),
    "dose_response": N_("By core sessions attended. It does not say what caused the change."),
    "change_not_cause": N_("This is change among participants. It does not say what caused it."),
    "response": N_("Endline is half the baseline or less. Of people at or above %(cut_off)s at baseline."),
    "remission": N_("Endline below %(remission)s. Of people at or above %(cut_off)s at baseline."),
    "below_cut_off": N_("Endline below %(cut_off)s. Of people at or above %(cut_off)s at baseline."),
    "reliable_improvement": N_("Better by %(step)s points or more. Of all with a baseline."),
    "reliable_deterioration": N_("Worse by %(step)s points or more. Of all with a baseline."),
    "observed": N_("Only people with both scores."),
    "conservative": N_("All who started; a missing endline counts as no change."),
    "locf": N_("A missing endline is replaced by the last score after the baseline, else by the baseline."),
    "function_step": N_("Better on the function measure; points that count as better: %(function_step)s."),
    "first_follow_up": N_(
        "Of people in remission at the end who were followed up. The first follow-up counts."
    ),
    "follow_up_coverage": N_(
        "Of people in remission at the end, those with a valid follow-up in its window."
    ),
    "due": N_("Of the core sessions due in the period."),
    "on_time": N_("Held at most %(on_time)s days from the date first confirmed."),
    "episodes": N_("Episodes opened in the period."),
    "in_time": N_(
        "Acknowledged within the limit of its level. Episodes whose clock still runs are not counted."
    ),
    "referral": N_("Of all referrals given in the period."),
    "fidelity": N_("Items rated satisfactory or better, of the items rated in observed sessions."),
    "supervision": N_("Supervision meetings held, of those planned."),
    "incidents": N_(
        "Incidents of the period, whoever wrote them down. Their kinds stand on the sheet Disaggregation."
    ),
    "incidents_in_time": N_(
        "Reported within the hours of the programme. Those whose time still runs are not counted."
    ),
    "incident_rate": N_(
        "One person may have several. The interval is Byar's approximation of the exact one for rare events."
    ),
    "facilitators": N_("Of the facilitators trained, those cleared to lead a group and those who lead one."),
    "cost": N_(
        "Spending of the period for each person of the period, by currency. What was not written down is not in it."
    ),
    "satisfaction": N_(
        "Satisfied or very satisfied, of the people asked by somebody else than their facilitator."
    ),
    "complaints": N_("Complaints received in the period."),
    "complaints_in_time": N_(
        "Closed by their date, of those received in the period. Those whose time still runs are not counted."
    ),
    "safety_unknown": N_(
        "Scores that were taken over as a total without answers. Their safety question is not known."
    ),
}

# By code of the mean; "" for those of I-10, from baseline to endline.
STATISTICS = {
    "mean_before": {
        "": N_("Mean baseline score"),
        "I-10-S": N_("Mean screening score"),
        "I-15-M": N_("Mean function score at baseline"),
    },
    "sd_before": {
        "": N_("Standard deviation of the baseline score"),
        "I-10-S": N_("Standard deviation of the screening score"),
        "I-15-M": N_("Standard deviation of the function score at baseline"),
    },
    "mean_after": {
        "": N_("Mean endline score"),
        "I-10-S": N_("Mean baseline score of the same people"),
        "I-10-M": N_("Mean score half-way"),
        "I-15-M": N_("Mean function score at the end"),
    },
    "sd_after": {
        "": N_("Standard deviation of the endline score"),
        "I-10-M": N_("Standard deviation of the score half-way"),
        "I-15-M": N_("Standard deviation of the function score at the end"),
    },
    "mean_change": {
        "": N_("Mean change (baseline less endline; above 0 is better)"),
        "I-10-S": N_("Mean fall from screening to baseline"),
        "I-10-M": N_("Mean change from baseline to half-way (above 0 is better)"),
        "I-15-M": N_("Mean change in function (above 0 is better)"),
    },
    "sd_change": {
        "": N_("Standard deviation of the change"),
        "I-10-S": N_("Standard deviation of the fall from screening to baseline"),
        "I-10-M": N_("Standard deviation of the change to half-way"),
        "I-15-M": N_("Standard deviation of the change in function"),
    },
    "d_av": {
        "": N_("Standardised change, d by the average of both variances"),
    },
    "g_av": {
        "": N_("Standardised change, g: the same d with the correction for small samples"),
        "I-15-M": N_("Standardised change in function, g by the average of both variances"),
    },
}
