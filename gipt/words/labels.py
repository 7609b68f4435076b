"""One label for every code that people see, marked for translation; its context is the kind of the code.

Two registers: office words, and plain words for facilitators and whatever a member or family could see (no
diagnosis, no score; decision 8). A code without a plain word of its own uses the office word.
"""

import re
from collections.abc import Mapping

from gipt.i18n import NC_, Marked, pgettext
from gipt.words.adaptations import ADAPTATION_LABELS

Table = Mapping[str, Mapping[str, Marked]]

NOT_RECORDED = "–"
AGE_BAND = re.compile(
    r"under_(?P<under>\d{1,3})|(?P<from>\d{1,3})\+|(?P<low>\d{1,3})-(?P<high>\d{1,3})", re.ASCII
)

LABELS: Table = {
    "role": {
        "facilitator": NC_("role", "Facilitator"),
        "supervisor": NC_("role", "Supervisor"),
        "coordinator": NC_("role", "Coordinator"),
        "me": NC_("role", "Monitoring and evaluation"),
        "clinical_lead": NC_("role", "Clinical lead"),
        "translator": NC_("role", "Translator"),
        "reviewer": NC_("role", "Reviewer"),
        "admin": NC_("role", "Administrator"),
    },
    "attendance": {
        "present": NC_("attendance", "Present"),
        "late": NC_("attendance", "Late"),
        "left_early": NC_("attendance", "Left early"),
        "absent_told": NC_("attendance", "Absent, told us before"),
        "absent_unknown": NC_("attendance", "Absent, reason not known"),
        "excused": NC_("attendance", "Excused"),
        "makeup_done": NC_("attendance", "Make-up meeting held"),
        "not_expected": NC_("attendance", "Not expected"),
    },
    "excuse_reason": {
        "illness": NC_("excuse_reason", "Illness"),
        "work": NC_("excuse_reason", "Work"),
        "funeral": NC_("excuse_reason", "Funeral"),
        "birth": NC_("excuse_reason", "Birth"),
        "travel": NC_("excuse_reason", "Travel"),
        "harvest": NC_("excuse_reason", "Planting or harvest"),
        "caregiver_duty": NC_("excuse_reason", "Caring for somebody"),
        "safety": NC_("excuse_reason", "Not safe to come"),
    },
    "session_status": {
        "planned": NC_("session_status", "Planned"),
        "confirmed": NC_("session_status", "Confirmed"),
        "held": NC_("session_status", "Held"),
        "cancelled": NC_("session_status", "Cancelled"),
        "postponed": NC_("session_status", "Postponed"),
        "merged": NC_("session_status", "Merged with another"),
        "not_held_no_report": NC_("session_status", "No report"),
    },
    "cancel_reason": {
        "facilitator": NC_("cancel_reason", "Facilitator could not come"),
        "venue": NC_("cancel_reason", "Place not free"),
        "weather": NC_("cancel_reason", "Rain or road"),
        "security": NC_("cancel_reason", "Not safe"),
        "funeral": NC_("cancel_reason", "Funeral"),
        "holiday": NC_("cancel_reason", "Holiday or feast"),
        "low_turnout": NC_("cancel_reason", "Few came"),
        "other": NC_("cancel_reason", "Other reason"),
    },
    "gap": {
        "none": NC_("gap", "No gap"),
        "open": NC_("gap", "To be decided"),
        "accepted": NC_("gap", "Cycle goes on with one session less"),
        "replaced": NC_("gap", "Replaced at the end"),
    },
    "schedule_change": {
        "move_one": NC_("schedule_change", "One meeting moved"),
        "move_this_and_after": NC_("schedule_change", "This and all after moved"),
        "cancel": NC_("schedule_change", "Meeting cancelled"),
        "append": NC_("schedule_change", "Meeting added at the end"),
        "accept": NC_("schedule_change", "One meeting fewer accepted"),
        "held_on_another_day": NC_("schedule_change", "Happened on another day"),
        "hand_over": NC_("schedule_change", "Handed over"),
        "follow_up": NC_("schedule_change", "Follow-up meeting changed"),
    },
    "session_kind": {
        "core": NC_("session_kind", "Session"),
        "follow_up": NC_("session_kind", "Follow-up meeting"),
        "booster": NC_("session_kind", "Booster session"),
        "makeup": NC_("session_kind", "Make-up meeting"),
    },
    "cycle_status": {
        "planned": NC_("cycle_status", "Planned"),
        "running": NC_("cycle_status", "Running"),
        "closing": NC_("cycle_status", "Closing"),
        "closed": NC_("cycle_status", "Closed"),
        "cancelled": NC_("cycle_status", "Cancelled"),
    },
    "course_status": {
        "not_started": NC_("course_status", "Not started"),
        "in_progress": NC_("course_status", "In progress"),
        "completed": NC_("course_status", "Completed"),
        "dropped_out": NC_("course_status", "Dropped out"),
        "left_otherwise": NC_("course_status", "Left for another reason"),
    },
    "phase": {
        "pre_group": NC_("phase", "Before the group"),
        "initial": NC_("phase", "Beginning"),
        "middle": NC_("phase", "Middle"),
        "termination": NC_("phase", "Ending"),
        "follow_up": NC_("phase", "Follow-up"),
    },
    "assignment": {
        "lead": NC_("assignment", "Facilitator"),
        "co": NC_("assignment", "Co-facilitator"),
        "substitute": NC_("assignment", "Substitute"),
    },
    "problem_area": {
        "grief": NC_("problem_area", "Grief"),
        "dispute": NC_("problem_area", "Disputes"),
        "life_change": NC_("problem_area", "Life changes"),
        "loneliness": NC_("problem_area", "Loneliness"),
    },
    "goal_status": {
        "open": NC_("goal_status", "Open"),
        "partly": NC_("goal_status", "Partly reached"),
        "reached": NC_("goal_status", "Reached"),
        "dropped": NC_("goal_status", "Given up"),
    },
    "exit_type": {
        "completed": NC_("exit_type", "Completed"),
        "dropped_out": NC_("exit_type", "Dropped out"),
        "moved": NC_("exit_type", "Moved away"),
        "died": NC_("exit_type", "Died"),
        "excluded": NC_("exit_type", "Excluded"),
        "referred_out": NC_("exit_type", "Referred elsewhere"),
        "withdrew_consent": NC_("exit_type", "Withdrew consent"),
        "other": NC_("exit_type", "Other"),
    },
    "eligibility": {
        "eligible": NC_("eligibility", "Eligible"),
        "eligible_waitlisted": NC_("eligibility", "Eligible, waiting"),
        "below_threshold": NC_("eligibility", "Below the cut-off"),
        "excluded_risk_referred": NC_("eligibility", "Not included: safety, referred"),
        "excluded_other_referred": NC_("eligibility", "Not included: other reason, referred"),
        "declined": NC_("eligibility", "Declined"),
        "not_reachable": NC_("eligibility", "Not reachable"),
        "duplicate": NC_("eligibility", "Same person as another"),
    },
    "waiting": {
        "waiting": NC_("waiting", "Waiting"),
        "offered": NC_("waiting", "Offered a place"),
        "accepted": NC_("waiting", "Accepted"),
        "not_now": NC_("waiting", "Not now"),
        "placed": NC_("waiting", "In a group"),
        "referred": NC_("waiting", "Referred"),
        "closed": NC_("waiting", "Closed"),
    },
    "part_of_day": {
        "morning": NC_("part_of_day", "Morning"),
        "afternoon": NC_("part_of_day", "Afternoon"),
        "any": NC_("part_of_day", "Any time"),
    },
    "safety_level": {
        "3": NC_("safety_level", "Now"),
        "2": NC_("safety_level", "Today"),
        "1": NC_("safety_level", "Talk and plan"),
        "unknown": NC_("safety_level", "Not yet sorted"),
    },
    "safety_status": {
        "new": NC_("safety_status", "New"),
        "seen": NC_("safety_status", "Seen"),
        "contacted": NC_("safety_status", "Contacted"),
        "plan": NC_("safety_status", "Plan made"),
        "watching": NC_("safety_status", "Watching"),
        "closed": NC_("safety_status", "Closed"),
    },
    "safety_trigger": {
        "item": NC_("safety_trigger", "An answer in a check-in"),
        "item_unknown": NC_("safety_trigger", "A safety question left open"),
        "worry": NC_("safety_trigger", "Somebody is worried"),
        "family_concern": NC_("safety_trigger", "Family or another member is worried"),
        "psychosis_or_severe": NC_("safety_trigger", "Voices, strange beliefs or very unwell"),
        "violence": NC_("safety_trigger", "Violence"),
        "child_protection": NC_("safety_trigger", "A child is at risk"),
        "safeguarding": NC_("safety_trigger", "An adult in care is at risk"),
        "medical": NC_("safety_trigger", "Illness that needs care"),
    },
    "safety_event": {
        "opened": NC_("safety_event", "Opened"),
        "joined": NC_("safety_event", "New concern added"),
        "answered": NC_("safety_event", "Question answered"),
        "level_set": NC_("safety_event", "Level set"),
        "level_raised": NC_("safety_event", "Level raised"),
        "level_lowered": NC_("safety_event", "Level lowered"),
        "seen": NC_("safety_event", "Seen"),
        "step_done": NC_("safety_event", "Step done"),
        "called": NC_("safety_event", "Called"),
        "spoke_to": NC_("safety_event", "Spoke to"),
        "contacted": NC_("safety_event", "Contacted"),
        "next_contact_set": NC_("safety_event", "Next contact set"),
        "referred": NC_("safety_event", "Referred"),
        "arrived": NC_("safety_event", "Arrived at the service"),
        "handed_over": NC_("safety_event", "Handed over"),
        "plan_made": NC_("safety_event", "Safety plan made"),
        "cleared": NC_("safety_event", "May join the group again"),
        "linked": NC_("safety_event", "Person named"),
        "note": NC_("safety_event", "Note"),
        "close_asked": NC_("safety_event", "Closing asked for"),
        "closed": NC_("safety_event", "Closed"),
        "reopened": NC_("safety_event", "Opened again"),
    },
    "safety_answer": {
        "yes": NC_("safety_answer", "Yes"),
        "no": NC_("safety_answer", "No"),
        "not_sure": NC_("safety_answer", "Not sure"),
    },
    "urgency": {
        "now": NC_("urgency", "Now"),
        "today": NC_("urgency", "Today"),
        "soon": NC_("urgency", "Soon"),
    },
    "referral_kind": {
        "safety": NC_("referral_kind", "Safety"),
        "screening": NC_("referral_kind", "Screening"),
        "end": NC_("referral_kind", "End of the cycle"),
        "other": NC_("referral_kind", "Other"),
    },
    "agreed": {
        "yes": NC_("agreed", "Agreed"),
        "no": NC_("agreed", "Did not agree"),
        "not_asked": NC_("agreed", "Not asked"),
    },
    "record_kind": {
        "incidents": NC_("record_kind", "Incidents"),
        "satisfaction": NC_("record_kind", "Satisfaction"),
        "complaints": NC_("record_kind", "Complaints"),
        "costs": NC_("record_kind", "Costs"),
    },
    "incident_category": {
        "death": NC_("incident_category", "Death"),
        "suicide_attempt": NC_("incident_category", "Suicide attempt"),
        "victimisation": NC_("incident_category", "Abuse or neglect"),
        "serious_violence": NC_("incident_category", "Serious violence"),
        "emergency_stay": NC_("incident_category", "Emergency stay in hospital"),
        "lack_of_food": NC_("incident_category", "Serious lack of food"),
        "other_serious": NC_("incident_category", "Other serious event"),
        "injury": NC_("incident_category", "Injury or accident on the way or at a meeting"),
        "rise_in_thoughts": NC_("incident_category", "Marked rise in thoughts of suicide"),
        "concrete_plan": NC_("incident_category", "Concrete plan of suicide"),
        "rise_in_distress": NC_("incident_category", "Marked rise in distress"),
        "rise_in_conflict": NC_("incident_category", "Marked rise in conflict at home or around"),
        "other_violence": NC_("incident_category", "Other violence to staff or members"),
        "confidentiality": NC_("incident_category", "Something told outside the group"),
        "other": NC_("incident_category", "Other event"),
    },
    "worse_score": {
        "known": NC_("worse_score", "Already known, nothing new"),
        "contacted": NC_("worse_score", "Spoke with the person now"),
        "not_worse": NC_("worse_score", "A slip: it is not worse"),
        "incident": NC_("worse_score", "Write it down as an incident"),
    },
    "incident_relation": {
        "unrelated": NC_("incident_relation", "Not related"),
        "possible": NC_("incident_relation", "Possibly related"),
        "probable": NC_("incident_relation", "Probably related"),
        "definite": NC_("incident_relation", "Related"),
    },
    "incident_outcome": {
        "recovered": NC_("incident_outcome", "Recovered"),
        "improving": NC_("incident_outcome", "Getting better"),
        "ongoing": NC_("incident_outcome", "Goes on"),
        "lasting": NC_("incident_outcome", "Lasting harm"),
        "died": NC_("incident_outcome", "Died"),
        "not_known": NC_("incident_outcome", "Not known"),
    },
    "satisfaction": {
        "very_dissatisfied": NC_("satisfaction", "Very dissatisfied"),
        "dissatisfied": NC_("satisfaction", "Dissatisfied"),
        "neither": NC_("satisfaction", "Neither"),
        "satisfied": NC_("satisfaction", "Satisfied"),
        "very_satisfied": NC_("satisfaction", "Very satisfied"),
        "declined": NC_("satisfaction", "Did not want to answer"),
    },
    "collector": {
        "staff": NC_("collector", "Somebody of the staff"),
        "outside": NC_("collector", "Somebody from outside"),
        "alone": NC_("collector", "Nobody: written alone"),
    },
    "complaint_about": {
        "harm": NC_("complaint_about", "Somebody of the programme harmed or abused somebody"),
        "conduct": NC_("complaint_about", "How somebody of the programme behaved"),
        "money": NC_("complaint_about", "Money, gifts or favours were asked for"),
        "confidentiality": NC_("complaint_about", "Something private was told"),
        "other_member": NC_("complaint_about", "Another member"),
        "service": NC_("complaint_about", "Place, time or how the meetings are run"),
        "other": NC_("complaint_about", "Something else"),
    },
    "complaint_channel": {
        "page": NC_("complaint_channel", "Public page"),
        "spoken": NC_("complaint_channel", "Told somebody"),
        "phone": NC_("complaint_channel", "By phone"),
        "letter": NC_("complaint_channel", "Letter or e-mail"),
        "box": NC_("complaint_channel", "Complaint box"),
    },
    "complaint_state": {
        "received": NC_("complaint_state", "Received"),
        "answered": NC_("complaint_state", "Answered"),
        "closed": NC_("complaint_state", "Closed"),
    },
    "complaint_outcome": {
        "upheld": NC_("complaint_outcome", "It was so"),
        "partly": NC_("complaint_outcome", "It was partly so"),
        "not_upheld": NC_("complaint_outcome", "It was not so"),
        "passed_on": NC_("complaint_outcome", "Passed on to another body"),
        "withdrawn": NC_("complaint_outcome", "Taken back"),
        "not_possible": NC_("complaint_outcome", "Could not be looked into"),
    },
    "cost_scope": {
        "delivery": NC_("cost_scope", "Direct delivery"),
        "screening": NC_("cost_scope", "Screening"),
        "training": NC_("cost_scope", "Training"),
        "supervision": NC_("cost_scope", "Supervision"),
        "management": NC_("cost_scope", "Management"),
        "other": NC_("cost_scope", "Other"),
    },
    "cost_stage": {
        "screened_positive": NC_("cost_stage", "Screened positive"),
        "enrolled": NC_("cost_stage", "Enrolled"),
        "started": NC_("cost_stage", "Started"),
        "completed": NC_("cost_stage", "Completed"),
        "responder": NC_("cost_stage", "Responded"),
    },
    "cost_basis": {
        "direct": NC_("cost_basis", "Direct delivery only"),
        "full": NC_("cost_basis", "All recorded costs"),
    },
    "safety_review": {
        "known": NC_("safety_review", "Already known"),
        "contacted": NC_("safety_review", "Contacted now"),
        "opened": NC_("safety_review", "Safety episode opened"),
    },
    "sex": {
        "female": NC_("sex", "Female"),
        "male": NC_("sex", "Male"),
        "other": NC_("sex", "Other"),
        "prefer_not_to_say": NC_("sex", "Prefers not to say"),
        "missing": NC_("sex", "Not recorded"),
    },
    "age_band": {
        "unknown": NC_("age_band", "Not known"),
    },
    "eligibility_reason": {
        "meets_cut_off": NC_("eligibility_reason", "Meets the cut-off"),
        "below_cut_off": NC_("eligibility_reason", "Below the cut-off"),
        "function_below_threshold": NC_("eligibility_reason", "Daily life less affected than the limit"),
        "exclusion": NC_("eligibility_reason", "Needs other help first"),
        "too_young": NC_("eligibility_reason", "Too young"),
        "too_old": NC_("eligibility_reason", "Too old"),
        "declined": NC_("eligibility_reason", "Declined"),
        "not_reachable": NC_("eligibility_reason", "Not reachable"),
        "duplicate": NC_("eligibility_reason", "Same person as another"),
        "no_place": NC_("eligibility_reason", "No place free"),
        "score_missing": NC_("eligibility_reason", "Score missing"),
        "function_missing": NC_("eligibility_reason", "Function score missing"),
        "age_missing": NC_("eligibility_reason", "Age missing"),
        "safety_unknown": NC_("eligibility_reason", "Safety question not answered"),
    },
    "exclusion": {
        "imminent_risk": NC_("exclusion", "In danger now"),
        "recent_attempt": NC_("exclusion", "Recent attempt"),
        "psychosis": NC_("exclusion", "Psychosis"),
        "mania": NC_("exclusion", "Mania"),
        "cognitive": NC_("exclusion", "Cannot follow the meetings"),
        "substance": NC_("exclusion", "Alcohol or drugs, needs treatment"),
    },
    "safety_state": {
        "positive": NC_("safety_state", "Positive"),
        "negative": NC_("safety_state", "Negative"),
        "unknown": NC_("safety_state", "Not known"),
        "not_asked": NC_("safety_state", "Not asked"),
    },
    "guide_status": {
        "draft": NC_("guide_status", "Draft"),
        "translated": NC_("guide_status", "Translated"),
        "language_reviewed": NC_("guide_status", "Language reviewed"),
        "clinically_reviewed": NC_("guide_status", "Clinically reviewed"),
        "field_tested": NC_("guide_status", "Field tested"),
        "approved": NC_("guide_status", "Approved"),
        "retired": NC_("guide_status", "Retired"),
    },
    **ADAPTATION_LABELS,
    "analysis_set": {
        "observed": NC_("analysis_set", "Members with both measurements"),
        "conservative": NC_("analysis_set", "Missing at the end counts as no change"),
        "locf": NC_("analysis_set", "Last value carried forward"),
        "completers": NC_("analysis_set", "Members who completed"),
        "as_enrolled": NC_("analysis_set", "All who enrolled"),
    },
    "audience": {
        "adults": NC_("audience", "Adults"),
        "minors": NC_("audience", "Minors"),
    },
    "unit": {
        "people": NC_("unit", "People"),
        "enrolments": NC_("unit", "Enrolments"),
        "attendances": NC_("unit", "Attendances"),
        "sessions": NC_("unit", "Sessions"),
        "episodes": NC_("unit", "Safety episodes"),
        "referrals": NC_("unit", "Referrals"),
        "incidents": NC_("unit", "Incidents"),
        "complaints": NC_("unit", "Complaints"),
    },
    "asked_by": {
        "own_facilitator": NC_("asked_by", "The own facilitator"),
        "other_facilitator": NC_("asked_by", "Another facilitator"),
        "independent": NC_("asked_by", "Somebody independent"),
        "unknown": NC_("asked_by", "Not known"),
    },
    "dimension": {
        "sex": NC_("dimension", "Sex"),
        "age_band": NC_("dimension", "Age"),
        "site": NC_("dimension", "Site"),
        "disability": NC_("dimension", "Disability"),
        "displacement": NC_("dimension", "Displacement"),
        "population": NC_("dimension", "Population"),
        "sessions_attended": NC_("dimension", "Sessions attended"),
        "cancel_reason": NC_("dimension", "Reason for cancelling"),
        "level": NC_("dimension", "Safety level"),
        "incident_category": NC_("dimension", "Kind of incident"),
        "funder": NC_("dimension", "Funder"),
        "asked_by": NC_("dimension", "Who asked"),
    },
    "basis": {
        "enrolled": NC_("basis", "Day of enrolment"),
        "started": NC_("basis", "First session"),
        "ended": NC_("basis", "End of the cycle"),
    },
    "repeat": {
        "first": NC_("repeat", "First enrolment of the period"),
        "latest": NC_("repeat", "Latest enrolment of the period"),
    },
    "completion_base": {
        "started": NC_("completion_base", "Members who started"),
        "enrolled": NC_("completion_base", "Members who enrolled"),
    },
    "displacement": {
        "host": NC_("displacement", "Host community"),
        "refugee": NC_("displacement", "Refugee"),
        "idp": NC_("displacement", "Displaced inside the country"),
        "returnee": NC_("displacement", "Returnee"),
        "stateless": NC_("displacement", "Stateless"),
        "unknown": NC_("displacement", "Not known"),
    },
    "disability": {
        "with": NC_("disability", "With disability"),
        "without": NC_("disability", "Without disability"),
        "unknown": NC_("disability", "Not known"),
    },
    "function_domain": {
        "seeing": NC_("function_domain", "Seeing"),
        "hearing": NC_("function_domain", "Hearing"),
        "walking": NC_("function_domain", "Walking"),
        "remembering": NC_("function_domain", "Remembering"),
        "self_care": NC_("function_domain", "Self-care"),
        "communicating": NC_("function_domain", "Communicating"),
    },
    "difficulty": {
        "none": NC_("difficulty", "No difficulty"),
        "some": NC_("difficulty", "Some difficulty"),
        "a_lot": NC_("difficulty", "A lot of difficulty"),
        "cannot": NC_("difficulty", "Cannot do it"),
    },
    "delivery_mode": {
        "in_person": NC_("delivery_mode", "In person"),
        "phone": NC_("delivery_mode", "By phone"),
        "hybrid": NC_("delivery_mode", "In person and by phone"),
    },
    "population": {
        "adult_women": NC_("population", "Adult women"),
        "adult_men": NC_("population", "Adult men"),
        "adolescent_girls": NC_("population", "Adolescent girls"),
        "adolescent_boys": NC_("population", "Adolescent boys"),
        "displaced": NC_("population", "Displaced people"),
        "caregivers": NC_("population", "Caregivers"),
        "general": NC_("population", "General"),
        "perinatal": NC_("population", "Pregnant or new mothers"),
        "hiv": NC_("population", "People living with HIV"),
        "caregiver": NC_("population", "Caregivers"),
        "adolescent": NC_("population", "Adolescents"),
        "youth": NC_("population", "Young people"),
        "adults": NC_("population", "Adults"),
        "mixed": NC_("population", "Mixed"),
        "other": NC_("population", "Other"),
    },
    "consent_purpose": {
        "service": NC_("consent_purpose", "Taking part in the group"),
        "contact": NC_("consent_purpose", "Being contacted"),
        "research": NC_("consent_purpose", "Use of data for research"),
        "media": NC_("consent_purpose", "Photos and stories"),
    },
    "consent_how": {
        "written": NC_("consent_how", "In writing"),
        "thumbprint": NC_("consent_how", "By thumbprint"),
        "spoken": NC_("consent_how", "Spoken, with a witness"),
        "paper_on_file": NC_("consent_how", "Paper on file"),
    },
    "consent_by": {
        "self": NC_("consent_by", "The person"),
        "caregiver": NC_("consent_by", "A caregiver"),
    },
    "contact": {
        "yes": NC_("contact", "Yes"),
        "neutral": NC_("contact", "Neutral words only"),
        "no": NC_("contact", "No"),
    },
    "relation": {
        "relative": NC_("relation", "Relatives"),
        "household": NC_("relation", "Same household"),
        "safety": NC_("relation", "Safety"),
        "other": NC_("relation", "Other"),
    },
    "assessment_point": {
        "screening": NC_("assessment_point", "Screening"),
        "pre_group": NC_("assessment_point", "Before the group"),
        "session": NC_("assessment_point", "At a session"),
        "midline": NC_("assessment_point", "Midway"),
        "endline": NC_("assessment_point", "At the end"),
        "follow_up": NC_("assessment_point", "Follow-up"),
    },
    "assessment_status": {
        "started": NC_("assessment_status", "Started"),
        "done": NC_("assessment_status", "Done"),
        "declined": NC_("assessment_status", "Did not want to"),
    },
    "assessment_mode": {
        "self": NC_("assessment_mode", "By the person"),
        "interviewer": NC_("assessment_mode", "Asked by somebody"),
        "phone": NC_("assessment_mode", "By phone"),
        "paper": NC_("assessment_mode", "From paper"),
        "sheet": NC_("assessment_mode", "From a spreadsheet"),
    },
    "missing_reason": {
        "not_asked": NC_("missing_reason", "Not asked"),
        "blank": NC_("missing_reason", "Left blank"),
        "refused": NC_("missing_reason", "Prefers not to answer"),
        "does_not_know": NC_("missing_reason", "Does not know"),
    },
    "measure": {
        "phq9": NC_("measure", "PHQ-9"),
        "phq2": NC_("measure", "PHQ-2"),
        "gad7": NC_("measure", "GAD-7"),
        "who5": NC_("measure", "WHO-5"),
        "epds": NC_("measure", "EPDS"),
        "whodas12": NC_("measure", "WHODAS 2.0, 12 items"),
    },
    "band": {
        "minimal": NC_("band", "Minimal"),
        "mild": NC_("band", "Mild"),
        "moderate": NC_("band", "Moderate"),
        "mod_severe": NC_("band", "Moderately severe"),
        "severe": NC_("band", "Severe"),
        "very_low": NC_("band", "Very low"),
        "low": NC_("band", "Low"),
        "adequate": NC_("band", "Adequate"),
        "lower": NC_("band", "Lower"),
        "possible": NC_("band", "Possible"),
        "probable": NC_("band", "Probable"),
    },
    "direction": {
        "higher_is_worse": NC_("direction", "Higher is worse"),
        "higher_is_better": NC_("direction", "Higher is better"),
    },
    "entry_convention": {
        "option_value": NC_("entry_convention", "The number of the answer"),
        "printed_score": NC_("entry_convention", "The score printed beside the answer"),
    },
    "total_scale": {
        "raw": NC_("total_scale", "Sum of the answers"),
        "reported": NC_("total_scale", "Reported scale"),
    },
    "tried_by": {
        "visit": NC_("tried_by", "Visit"),
        "call": NC_("tried_by", "Call"),
        "message": NC_("tried_by", "Message"),
    },
    "reached": {
        "yes": NC_("reached", "Reached"),
        "no": NC_("reached", "Not reached"),
        "someone_else": NC_("reached", "Somebody else answered"),
    },
    "coming": {
        "yes": NC_("coming", "Yes"),
        "no": NC_("coming", "No"),
        "do_not_know": NC_("coming", "Does not know"),
    },
    "absence_reason": {
        "ill": NC_("absence_reason", "Ill, or a child ill"),
        "work": NC_("absence_reason", "Work or market"),
        "family": NC_("absence_reason", "Family did not allow it"),
        "journey": NC_("absence_reason", "Journey or money"),
        "not_well_with_group": NC_("absence_reason", "Did not feel well with the group"),
        "moved": NC_("absence_reason", "Moved away"),
        "funeral": NC_("absence_reason", "Funeral or feast"),
        "does_not_want": NC_("absence_reason", "Does not want to come"),
        "other": NC_("absence_reason", "Other reason"),
    },
    "feel": {
        "easy": NC_("feel", "Easy"),
        "mixed": NC_("feel", "Mixed"),
        "hard": NC_("feel", "Hard"),
    },
    "via": {
        "phone": NC_("via", "Phone"),
        "office": NC_("via", "Office"),
        "paper": NC_("via", "Paper"),
        "sheet": NC_("via", "Spreadsheet"),
    },
    "import_kind": {
        "people": NC_("import_kind", "People"),
        "register": NC_("import_kind", "Register"),
        "programme": NC_("import_kind", "Programme"),
    },
    "import_state": {
        "read": NC_("import_state", "Read"),
        "previewed": NC_("import_state", "Looked at"),
        "applied": NC_("import_state", "Imported"),
        "undone": NC_("import_state", "Undone"),
        "dropped": NC_("import_state", "Dropped"),
    },
    "report_rhythm": {
        "monthly": NC_("report_rhythm", "Every month"),
        "quarterly": NC_("report_rhythm", "Every quarter"),
        "half_yearly": NC_("report_rhythm", "Every half-year"),
        "yearly": NC_("report_rhythm", "Every year"),
    },
    "report_schedule_state": {
        "active": NC_("report_schedule_state", "Running"),
        "paused": NC_("report_schedule_state", "Paused"),
        "stopped": NC_("report_schedule_state", "Stopped by itself"),
        "ended": NC_("report_schedule_state", "Ended"),
    },
    "report_kind": {
        "external": NC_("report_kind", "For funders"),
        "internal": NC_("report_kind", "Internal"),
        "research": NC_("report_kind", "Research package"),
    },
    "report": {
        "funder-standard": NC_("report", "Funder workbook"),
        "full-data": NC_("report", "Full data"),
        "full-data-csv": NC_("report", "Full data as CSV files"),
        "measures-fhir": NC_("report", "Measurements as FHIR resources"),
        "iasc-mhpss": NC_("report", "MHPSS framework and 4Ws"),
        "bha-indicators": NC_("report", "Indicator table"),
        "cycle-summary": NC_("report", "Summary for the community"),
        "supervision": NC_("report", "Groups for supervision"),
        "template": NC_("report", "Template of a funder"),
        "research": NC_("report", "Research package"),
        "dhis2": NC_("report", "Sent to another system"),
    },
    "licence": {
        "agreement": NC_("licence", "Only as the agreement says; not to be passed on"),
        "cc_by_nc": NC_("licence", "Anybody, with attribution, not for commercial use"),
    },
    "package_form": {
        "csv": NC_("package_form", "CSV files, for spreadsheets and statistics programs"),
        "parquet": NC_("package_form", "Parquet files, for statistics programs"),
    },
    "send_period": {
        "monthly": NC_("send_period", "one month at a time"),
        "quarterly": NC_("send_period", "one quarter at a time"),
        "six_monthly": NC_("send_period", "one half-year at a time"),
        "yearly": NC_("send_period", "one year at a time"),
    },
    "report_state": {
        "queued": NC_("report_state", "Waiting"),
        "running": NC_("report_state", "Being made"),
        "done": NC_("report_state", "Ready"),
        "failed": NC_("report_state", "Not made"),
        "cancelled": NC_("report_state", "Cancelled"),
    },
    "period_by": {
        "enrolment": NC_("period_by", "Day of enrolment"),
        "start": NC_("period_by", "First session"),
        "completion": NC_("period_by", "Day of completion"),
    },
    "closed_kind": {
        "public_holiday": NC_("closed_kind", "Public holiday"),
        "worship": NC_("closed_kind", "Worship"),
        "market": NC_("closed_kind", "Market day"),
        "harvest": NC_("closed_kind", "Planting or harvest"),
        "rains": NC_("closed_kind", "Rains"),
        "school": NC_("closed_kind", "School"),
        "clinic": NC_("closed_kind", "Clinic day"),
        "distribution": NC_("closed_kind", "Distribution"),
        "insecurity": NC_("closed_kind", "Not safe"),
        "funeral": NC_("closed_kind", "Funeral"),
        "other": NC_("closed_kind", "Other"),
    },
    "closed_rule": {
        "single": NC_("closed_rule", "One day"),
        "weekly": NC_("closed_rule", "Every week"),
        "every_days": NC_("closed_rule", "Every few days"),
        "span": NC_("closed_rule", "From one day to another"),
        "every": NC_("closed_rule", "Every few days"),
        "range": NC_("closed_rule", "From one day to another"),
    },
    "change": {
        "move_one": NC_("change", "Move this one"),
        "move_this_and_after": NC_("change", "Move this and all after"),
        "cancel": NC_("change", "Cancel"),
        "append": NC_("change", "Add one at the end"),
        "accept": NC_("change", "Go on with one session less"),
        "held_on_another_day": NC_("change", "Happened on another day"),
        "hand_over": NC_("change", "Hand to somebody else"),
    },
    "suggestion": {
        "same_week": NC_("suggestion", "Another day of this week"),
        "same_day": NC_("suggestion", "Another time of this day"),
        "next_week_all_after": NC_("suggestion", "A week later, and all after it"),
    },
    "weekday": {
        "0": NC_("weekday", "Monday"),
        "1": NC_("weekday", "Tuesday"),
        "2": NC_("weekday", "Wednesday"),
        "3": NC_("weekday", "Thursday"),
        "4": NC_("weekday", "Friday"),
        "5": NC_("weekday", "Saturday"),
        "6": NC_("weekday", "Sunday"),
    },
    "period": {
        "month": NC_("period", "Month"),
        "quarter": NC_("period", "Quarter"),
        "half_year": NC_("period", "Half-year"),
        "year": NC_("period", "Year"),
        "own": NC_("period", "Own dates"),
    },
}
"""Office words, by kind and code; the order is the order of choices."""

PLAIN: Table = {
    "incident_category": {
        "death": NC_("incident_category", "Somebody died"),
        "suicide_attempt": NC_("incident_category", "Tried to end their life"),
        "serious_violence": NC_("incident_category", "Badly hurt by somebody"),
        "emergency_stay": NC_("incident_category", "Had to stay in hospital"),
        "lack_of_food": NC_("incident_category", "Has almost nothing to eat"),
        "other_serious": NC_("incident_category", "Something else that is very bad"),
        "injury": NC_("incident_category", "Hurt on the way or at a meeting"),
        "rise_in_thoughts": NC_("incident_category", "Thinks of dying much more than before"),
        "concrete_plan": NC_("incident_category", "Has a plan to end their life"),
        "rise_in_distress": NC_("incident_category", "Feels much worse than before"),
        "rise_in_conflict": NC_("incident_category", "Much more conflict at home or around"),
        "other_violence": NC_("incident_category", "Other violence to members or to us"),
        "other": NC_("incident_category", "Something else"),
    },
    "complaint_about": {
        "harm": NC_("complaint_about", "Somebody who works here hurt or abused somebody"),
        "conduct": NC_("complaint_about", "How somebody who works here behaved"),
    },
    "attendance": {
        "present": NC_("attendance", "Came"),
        "late": NC_("attendance", "Came late"),
        "left_early": NC_("attendance", "Left early"),
        "absent_told": NC_("attendance", "Did not come, told us"),
        "absent_unknown": NC_("attendance", "Did not come"),
        "excused": NC_("attendance", "Could not come"),
        "makeup_done": NC_("attendance", "Met on another day"),
        "not_expected": NC_("attendance", "Not expected yet"),
    },
    "exit_type": {
        "completed": NC_("exit_type", "Finished"),
        "dropped_out": NC_("exit_type", "Stopped coming"),
        "excluded": NC_("exit_type", "Better helped elsewhere"),
        "referred_out": NC_("exit_type", "Now helped elsewhere"),
        "withdrew_consent": NC_("exit_type", "No longer wants to take part"),
    },
    "session_status": {
        "held": NC_("session_status", "Done"),
        "cancelled": NC_("session_status", "Did not happen"),
        "postponed": NC_("session_status", "Moved"),
        "merged": NC_("session_status", "Joined with another"),
        "not_held_no_report": NC_("session_status", "No record yet"),
    },
    "session_kind": {
        "core": NC_("session_kind", "Meeting"),
        "follow_up": NC_("session_kind", "Meeting after the cycle"),
        "booster": NC_("session_kind", "Extra meeting"),
        "makeup": NC_("session_kind", "Meeting on another day"),
    },
    "problem_area": {
        "dispute": NC_("problem_area", "Disagreement"),
        "life_change": NC_("problem_area", "Life change"),
    },
    "assessment_point": {
        "screening": NC_("assessment_point", "First talk"),
        "pre_group": NC_("assessment_point", "Before-meeting"),
        "session": NC_("assessment_point", "Check-in"),
        "midline": NC_("assessment_point", "Check-in midway"),
        "endline": NC_("assessment_point", "Last check-in"),
        "follow_up": NC_("assessment_point", "Check-in later"),
    },
    "measure": {
        "phq9": NC_("measure", "Check-in"),
        "phq2": NC_("measure", "Short check-in"),
        "gad7": NC_("measure", "Check-in about worries"),
        "who5": NC_("measure", "Check-in about well-being"),
        "epds": NC_("measure", "Check-in for mothers"),
        "whodas12": NC_("measure", "Check-in about daily life"),
    },
    "missing_reason": {
        "not_asked": NC_("missing_reason", "Not asked"),
        "blank": NC_("missing_reason", "Not answered yet"),
        "refused": NC_("missing_reason", "Prefer not to answer"),
        "does_not_know": NC_("missing_reason", "I do not know"),
    },
    "eligibility": {
        "eligible": NC_("eligibility", "Can join"),
        "eligible_waitlisted": NC_("eligibility", "Can join, waiting"),
        "below_threshold": NC_("eligibility", "Doing well enough without the group"),
        "excluded_risk_referred": NC_("eligibility", "Needs other help first"),
        "excluded_other_referred": NC_("eligibility", "Better helped elsewhere"),
        "declined": NC_("eligibility", "Did not want to"),
        "not_reachable": NC_("eligibility", "Could not be reached"),
        "duplicate": NC_("eligibility", "Already on the list"),
    },
}
"""Words for facilitators, where they differ."""


def label(kind: str, code: object, *, plain: bool = False) -> str:
    """Give the word for a code in the language in use; `plain` asks for the facilitators' word.

    None gives a dash, and a code that has no word (a programme's own) is shown as it is written. Raises
    KeyError for a kind that does not exist.
    """
    office = LABELS[kind]
    if code is None or code == "":
        return NOT_RECORDED
    name = str(code)
    if kind == "report":
        name = name.partition(":")[0]  # a template carries its id
    marked = (PLAIN.get(kind, {}).get(name) if plain else None) or office.get(name)
    if marked is None and kind == "age_band":
        return age_band_label(name)
    return pgettext(*marked) if marked else name.replace("_", " ")


def age_band_label(code: str) -> str:
    """Give the words for an age band, whose ages the programme chooses: `18-24`, `60+`, `under_10`."""
    match = AGE_BAND.fullmatch(code)
    if match is None:
        return code
    if match["under"]:
        return pgettext("age_band", "Under %(age)s", age=match["under"])
    if match["from"]:
        return pgettext("age_band", "%(age)s and over", age=match["from"])
    return pgettext("age_band", "%(low)s to %(high)s", low=match["low"], high=match["high"])


def labels(kind: str, *, plain: bool = False) -> list[tuple[str, str]]:
    """List (code, word) of a kind in its own order, for a choice in a form."""
    return [(code, label(kind, code, plain=plain)) for code in LABELS[kind]]


def level_label(level: int | None) -> str:
    """Give the word for a safety level, 1 to 3; None is an episode that nobody sorted yet."""
    return label("safety_level", "unknown" if level is None else level)
