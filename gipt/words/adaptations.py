"""Words for the record of an adaptation: what was changed, how, by whom and why (FRAME, ecological validity)."""

from gipt.i18n import NC_, Marked

Table = dict[str, dict[str, Marked]]

ADAPTATION_LABELS: Table = {
    "fidelity_rating": {
        "not_done": NC_("fidelity_rating", "Not done"),
        "partly": NC_("fidelity_rating", "Partly"),
        "done": NC_("fidelity_rating", "Done"),
    },
    "adaptation_kind": {
        "add": NC_("adaptation_kind", "Step added"),
        "omit": NC_("adaptation_kind", "Step left out"),
        "replace": NC_("adaptation_kind", "Step replaced"),
        "reorder": NC_("adaptation_kind", "Steps in another order"),
        "minutes": NC_("adaptation_kind", "Other length"),
        "words": NC_("adaptation_kind", "Other words"),
    },
    "ecological_dimension": {
        "language": NC_("ecological_dimension", "Language"),
        "persons": NC_("ecological_dimension", "Persons"),
        "metaphors": NC_("ecological_dimension", "Sayings and pictures"),
        "content": NC_("ecological_dimension", "Content"),
        "concepts": NC_("ecological_dimension", "Concepts"),
        "goals": NC_("ecological_dimension", "Goals"),
        "methods": NC_("ecological_dimension", "Methods"),
        "context": NC_("ecological_dimension", "Context"),
    },
    "frame_stage": {
        "planning": NC_("frame_stage", "While planning or piloting"),
        "implementation": NC_("frame_stage", "While introducing it"),
        "scale_up": NC_("frame_stage", "While spreading it"),
        "maintenance": NC_("frame_stage", "In regular use"),
    },
    "frame_planning": {
        "proactive": NC_("frame_planning", "Planned ahead"),
        "reactive": NC_("frame_planning", "Planned, in answer to a problem"),
        "unplanned": NC_("frame_planning", "Not planned"),
    },
    "frame_decider": {
        "leaders": NC_("frame_decider", "Leaders of the community or state"),
        "funder": NC_("frame_decider", "Funder"),
        "manager": NC_("frame_decider", "Programme manager"),
        "developer": NC_("frame_decider", "Author of the programme"),
        "researcher": NC_("frame_decider", "Researcher"),
        "supervisor": NC_("frame_decider", "Supervisor"),
        "facilitator": NC_("frame_decider", "Facilitator"),
        "community": NC_("frame_decider", "Community"),
        "members": NC_("frame_decider", "Members"),
    },
    "frame_part": {
        "content": NC_("frame_part", "What is said and done"),
        "context": NC_("frame_part", "How it is delivered"),
        "training": NC_("frame_part", "Training and evaluation"),
        "scale_up": NC_("frame_part", "Introducing and spreading"),
    },
    "frame_level": {
        "member": NC_("frame_level", "One member"),
        "group": NC_("frame_level", "One group"),
        "cohort": NC_("frame_level", "People who share something"),
        "facilitator": NC_("frame_level", "One facilitator"),
        "site": NC_("frame_level", "One site"),
        "organisation": NC_("frame_level", "The organisation"),
        "community": NC_("frame_level", "A whole region"),
    },
    "frame_nature": {
        "tailoring": NC_("frame_nature", "Fitted in details"),
        "packaging": NC_("frame_nature", "Other materials"),
        "adding": NC_("frame_nature", "Something added"),
        "removing": NC_("frame_nature", "Something left out"),
        "shortening": NC_("frame_nature", "Made shorter"),
        "lengthening": NC_("frame_nature", "Made longer"),
        "substituting": NC_("frame_nature", "Something put in its place"),
        "reordering": NC_("frame_nature", "Other order"),
        "spreading": NC_("frame_nature", "Spread over more meetings"),
        "integrating": NC_("frame_nature", "Parts of another programme taken in"),
        "loosening": NC_("frame_nature", "Structure made looser"),
        "drifting": NC_("frame_nature", "Core given up"),
    },
    "frame_fidelity": {
        "consistent": NC_("frame_fidelity", "Core kept"),
        "inconsistent": NC_("frame_fidelity", "Core changed"),
        "unknown": NC_("frame_fidelity", "Not known"),
    },
    "frame_goal": {
        "reach": NC_("frame_goal", "Reach more people"),
        "retention": NC_("frame_goal", "Help people to stay"),
        "feasibility": NC_("frame_goal", "Make it easier to carry out"),
        "fit": NC_("frame_goal", "Fit the people"),
        "culture": NC_("frame_goal", "Fit the culture"),
        "outcomes": NC_("frame_goal", "Help people more"),
        "cost": NC_("frame_goal", "Lower the cost"),
        "satisfaction": NC_("frame_goal", "Please people more"),
    },
    "frame_reason": {
        "society": NC_("frame_reason", "Society and law"),
        "organisation": NC_("frame_reason", "Organisation and setting"),
        "provider": NC_("frame_reason", "Those who deliver it"),
        "recipient": NC_("frame_reason", "Those who receive it"),
    },
}
