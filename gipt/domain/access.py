"""Who may do what: the one table of roles and permissions (domain.md 9).

A permission says that a role may do a thing at all; *where* it may is the scope of the role: own groups for a
facilitator, the groups of own facilitators for a supervisor, the sites of the grant for everybody else.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the programme."""

    FACILITATOR = "facilitator"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    ME = "me"
    CLINICAL_LEAD = "clinical_lead"
    TRANSLATOR = "translator"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Permission(StrEnum):
    """One kind of thing that a page or command does."""

    OWN_ACCOUNT = "own_account"
    MEETING_RUN = "meeting_run"
    MEETING_OFFICE = "meeting_office"
    SAFETY_RAISE = "safety_raise"
    SAFETY_HANDLE = "safety_handle"
    COMPLAINT_RAISE = "complaint_raise"
    COMPLAINT_HANDLE = "complaint_handle"
    RECORDS_EDIT = "records_edit"
    PEOPLE_SEE = "people_see"
    PEOPLE_EDIT = "people_edit"
    GROUPS_SEE = "groups_see"
    GROUPS_EDIT = "groups_edit"
    PLACES_EDIT = "places_edit"
    STAFF_SEE = "staff_see"
    STAFF_EDIT = "staff_edit"
    STAFF_LINK = "staff_link"
    IMPORT = "import"
    REPORT_EXTERNAL = "report_external"
    REPORT_INTERNAL = "report_internal"
    REPORT_RESEARCH = "report_research"
    PROGRAMME_EDIT = "programme_edit"
    PROTOCOL_EDIT = "protocol_edit"
    CURRICULUM_ADOPT = "curriculum_adopt"
    TRANSLATION_EDIT = "translation_edit"
    TRANSLATION_REVIEW = "translation_review"
    CRITERIA_EDIT = "criteria_edit"
    AUDIT_SEE = "audit_see"
    BACKUP = "backup"


_EVERYBODY = frozenset({Permission.OWN_ACCOUNT, Permission.SAFETY_RAISE, Permission.COMPLAINT_RAISE})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.FACILITATOR: _EVERYBODY | {Permission.MEETING_RUN},
    Role.SUPERVISOR: _EVERYBODY
    | {
        Permission.SAFETY_HANDLE,
        Permission.GROUPS_SEE,
        Permission.PEOPLE_SEE,
        Permission.STAFF_SEE,
    },
    Role.COORDINATOR: _EVERYBODY
    | {
        Permission.MEETING_OFFICE,
        Permission.PEOPLE_SEE,
        Permission.PEOPLE_EDIT,
        Permission.GROUPS_SEE,
        Permission.GROUPS_EDIT,
        Permission.PLACES_EDIT,
        Permission.STAFF_SEE,
        Permission.STAFF_LINK,
        Permission.IMPORT,
        Permission.REPORT_EXTERNAL,
        Permission.REPORT_INTERNAL,
        Permission.COMPLAINT_HANDLE,
        Permission.RECORDS_EDIT,
    },
    Role.ME: _EVERYBODY
    | {
        Permission.REPORT_EXTERNAL,
        Permission.REPORT_INTERNAL,
        Permission.REPORT_RESEARCH,
        Permission.RECORDS_EDIT,
    },
    Role.CLINICAL_LEAD: _EVERYBODY
    | {
        Permission.SAFETY_HANDLE,
        Permission.COMPLAINT_HANDLE,
        Permission.PROTOCOL_EDIT,
        # Not the coordinator: who keeps the lists of names must not hold rows that were parted from them.
        Permission.REPORT_RESEARCH,
        Permission.CURRICULUM_ADOPT,
        Permission.TRANSLATION_EDIT,
        Permission.TRANSLATION_REVIEW,
        Permission.CRITERIA_EDIT,
    },
    Role.TRANSLATOR: frozenset({Permission.OWN_ACCOUNT, Permission.TRANSLATION_EDIT}),
    Role.REVIEWER: frozenset(
        {Permission.OWN_ACCOUNT, Permission.TRANSLATION_EDIT, Permission.TRANSLATION_REVIEW}
    ),
    Role.ADMIN: _EVERYBODY
    | {
        Permission.STAFF_SEE,
        Permission.STAFF_EDIT,
        Permission.STAFF_LINK,
        Permission.PROGRAMME_EDIT,
        Permission.PLACES_EDIT,
        Permission.PROTOCOL_EDIT,
        Permission.AUDIT_SEE,
        Permission.BACKUP,
        # Only what nobody else may read: gipt.domain.complaints.
        Permission.COMPLAINT_HANDLE,
    },
}


@dataclass(frozen=True, slots=True)
class Granted:
    """One role at one site; `site_id` None means every site."""

    role: Role
    site_id: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Say who acts: a signed-in person with grants, or the operator of the machine (no `staff_id`)."""

    staff_id: str | None
    grants: frozenset[Granted] = frozenset()
    label: str = "staff"

    @property
    def is_operator(self) -> bool:
        """Say whether this is a command on the machine itself."""
        return self.staff_id is None and self.label == "operator"

    @property
    def roles(self) -> frozenset[Role]:
        """Give the roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)


OPERATOR = Actor(staff_id=None, label="operator")
"""Commands typed on the machine; audited under this name."""


def allows(actor: Actor, permission: Permission) -> bool:
    """Say whether any role of the actor holds the permission; the operator holds all."""
    return actor.is_operator or any(permission in PERMISSIONS[role] for role in actor.roles)


def sites_for(actor: Actor, permission: Permission) -> frozenset[str] | None:
    """Give the sites at which the actor holds the permission; None means every site, empty means nowhere."""
    if actor.is_operator:
        return None
    held = [grant for grant in actor.grants if permission in PERMISSIONS[grant.role]]
    if any(grant.site_id is None for grant in held):
        return None
    return frozenset(grant.site_id for grant in held if grant.site_id is not None)


def allows_at(actor: Actor, permission: Permission, site_id: str | None) -> bool:
    """Say whether the actor holds the permission at the site (None: at every site)."""
    sites = sites_for(actor, permission)
    return sites is None or (site_id is not None and site_id in sites)
