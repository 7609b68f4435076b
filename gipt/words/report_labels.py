"""Words for codes of lists that come in and of reports that go out.

As in `gipt.words.labels`, which puts the tables together: office words by kind and code.
"""

from collections.abc import Mapping

from gipt.i18n import NC_, Marked

REPORT_LABELS: Mapping[str, Mapping[str, Marked]] = {
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
    "period": {
        "month": NC_("period", "Month"),
        "quarter": NC_("period", "Quarter"),
        "half_year": NC_("period", "Half-year"),
        "year": NC_("period", "Year"),
        "own": NC_("period", "Own dates"),
    },
}
