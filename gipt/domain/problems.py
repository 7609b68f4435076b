"""Every named fault of gipt, once.

The raising line carries details as keywords (codes, ids, field names, never prose and never personal data);
`gipt.words` turns a fault into a sentence and `gipt.web.errors` turns it into a page.
"""

from typing import Any, ClassVar


class Problem(Exception):
    """Say that something was refused; `details` name what is to be mended."""

    code: ClassVar[str] = "problem"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in sorted(self.details.items()))
        return f"{self.code}({shown})"


class NotFound(Problem):
    """The thing does not exist for this person: missing and forbidden look the same."""

    code = "not_found"


class NotAllowed(Problem):
    """This person's role may not do this at all (used only where the route itself is known)."""

    code = "not_allowed"


class Invalid(Problem):
    """A value is missing or wrong: details `field` and `reason` (a code), optionally `value` and bounds."""

    code = "invalid"


class Conflict(Problem):
    """Somebody else changed the same thing meanwhile, or a rule forbids it now: details `reason`."""

    code = "conflict"


class Unknown(Problem):
    """A name given by a person stands for nothing: details `kind` (report, role …), `name`, `known`."""

    code = "unknown"


class OperationReused(Problem):
    """An operation id came again with different content."""

    code = "operation_reused"


class NotReady(Problem):
    """Something must be set up first: details `missing` (a list of codes)."""

    code = "not_ready"


class BadFile(Problem):
    """An uploaded file cannot be read: details `reason` (a code) and what is needed to say it well."""

    code = "bad_file"


class BadDefinition(Problem):
    """A curriculum or report definition is wrong: details `file`, `key`, `reason`."""

    code = "bad_definition"


class RemoteFault(Problem):
    """Another system did not give or take what was asked: details `reason` (a code)."""

    code = "remote_fault"


class TooManyTries(Problem):
    """Wait before the next try: details `seconds`."""

    code = "too_many_tries"


class NoFreeDate(Problem):
    """Every date up to the horizon is forbidden: details `number`, `until`, `reasons`, `labels`."""

    code = "no_free_date"
