"""Words for codes: labels, one sentence for each fault, one for each reason of the planner.

Everything here is marked for translation and looked up in the language in use. Imports the domain and i18n
only. Add a code's word to `labels.py`, a fault's sentence to `PROBLEM_SENTENCES` in `faults.py`.
"""

from gipt.words.faults import PROBLEM_SENTENCES, sentence
from gipt.words.fields import field_label
from gipt.words.labels import LABELS, PLAIN, label, labels, level_label
from gipt.words.planning import GROUP_SENTENCES, PLANNING_SENTENCES, reason_sentence

__all__ = [
    "GROUP_SENTENCES",
    "LABELS",
    "PLAIN",
    "PLANNING_SENTENCES",
    "PROBLEM_SENTENCES",
    "field_label",
    "label",
    "labels",
    "level_label",
    "reason_sentence",
    "sentence",
]
