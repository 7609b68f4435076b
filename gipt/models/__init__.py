"""The tables: columns, constraints and nothing else. Rules live in `gipt.domain`, reads in `gipt.queries`."""

from gipt.models.assessments import Answer, AnswerCorrection, Assessment
from gipt.models.attendance import AbsenceFollowUp, Attendance, AttendanceCorrection, Visitor
from gipt.models.curricula import CurriculumVersion
from gipt.models.files import ImportChange, ImportRun, ReportFrozen, ReportRun
from gipt.models.groups import (
    Assignment,
    Cycle,
    Enrolment,
    Goal,
    Group,
    GroupCandidate,
    MemberNote,
    Membership,
    PreGroupMeeting,
    ScheduleChange,
    Session,
)
from gipt.models.members import Consent, DifferentPeople, Member, MemberSound, NotTogether
from gipt.models.money import CostLine, Funder, FundingShare, Target, VolunteerTime
from gipt.models.programme import ClosedDay, Programme, Site, Venue, VenueTravel
from gipt.models.record import AccessView, AuditEvent, Operation, OutgoingMail
from gipt.models.records import (
    Complaint,
    ComplaintNote,
    ComplaintStaff,
    Incident,
    IncidentNote,
    RecordSince,
    Satisfaction,
    WorseScore,
)
from gipt.models.safety import Referral, SafetyEpisode, SafetyEvent, SafetyProtocol, SafetyReview
from gipt.models.screening import Criteria, Screening
from gipt.models.staff import Grant, OneTimeLink, SignIn, SignInAttempt, Staff, StaffLeave

__all__ = [
    "AbsenceFollowUp",
    "AccessView",
    "Answer",
    "AnswerCorrection",
    "Assessment",
    "Assignment",
    "Attendance",
    "AttendanceCorrection",
    "AuditEvent",
    "ClosedDay",
    "Complaint",
    "ComplaintNote",
    "ComplaintStaff",
    "Consent",
    "CostLine",
    "Criteria",
    "CurriculumVersion",
    "Cycle",
    "DifferentPeople",
    "Enrolment",
    "Funder",
    "FundingShare",
    "Goal",
    "Grant",
    "Group",
    "GroupCandidate",
    "ImportChange",
    "ImportRun",
    "Incident",
    "IncidentNote",
    "Member",
    "MemberNote",
    "MemberSound",
    "Membership",
    "NotTogether",
    "OneTimeLink",
    "Operation",
    "OutgoingMail",
    "PreGroupMeeting",
    "Programme",
    "RecordSince",
    "Referral",
    "ReportFrozen",
    "ReportRun",
    "SafetyEpisode",
    "SafetyEvent",
    "SafetyProtocol",
    "SafetyReview",
    "Satisfaction",
    "ScheduleChange",
    "Screening",
    "Session",
    "SignIn",
    "SignInAttempt",
    "Site",
    "Staff",
    "StaffLeave",
    "Target",
    "Venue",
    "VenueTravel",
    "Visitor",
    "VolunteerTime",
    "WorseScore",
]
