"""The nouns of Precept, one module per sub-domain. See the glossary in README.md."""

from feedback.models.assignments import Draft, Form, Queue, QueueItem, Skip, Slot, Submission
from feedback.models.checks import Check, CheckResult, CheckRuling
from feedback.models.errands import Consequence, Errand
from feedback.models.examples import Example, Import, Response, Split
from feedback.models.feedback import Critique, Edit, Feedback, Preference, Rating, Use
from feedback.models.guidance import Demonstration, FollowUp, Hint, Uptake
from feedback.models.jobs import Job, JobState
from feedback.models.ledger import Budget, ModelCall
from feedback.models.marks import Pulse, Span
from feedback.models.orders import Place, Ranking
from feedback.models.principles import Article, Constitution, Drafting, Evidence, Principle, PrincipleVersion
from feedback.models.projects import Invitation, Member, Project, Role, User
from feedback.models.raters import Rater
from feedback.models.runs import Run, RunItem, Step

__all__ = [
    "Article", "Budget", "Check", "CheckResult", "CheckRuling", "Consequence", "Constitution", "Critique",
    "Demonstration", "Draft", "Drafting", "Edit", "Errand", "Evidence", "Example", "Feedback", "FollowUp", "Form",
    "Hint", "Import", "Invitation", "Job", "JobState", "Member", "ModelCall", "Place", "Preference", "Principle",
    "PrincipleVersion", "Project", "Pulse", "Queue", "QueueItem", "Ranking", "Rater", "Rating", "Response", "Role",
    "Run", "RunItem", "Skip", "Slot", "Span", "Split", "Step", "Submission", "Uptake", "Use", "User",
]  # fmt: skip
