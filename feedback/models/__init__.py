"""The nouns of Precept, one module per sub-domain. See the glossary in README.md."""

from feedback.models.examples import Example, Import, Response, Split
from feedback.models.feedback import Critique, Edit, Feedback, Preference, Rating
from feedback.models.jobs import Job, JobState
from feedback.models.ledger import Budget, ModelCall
from feedback.models.principles import Article, Constitution, Drafting, Evidence, Principle, PrincipleVersion
from feedback.models.projects import Invitation, Member, Project, Role, User
from feedback.models.raters import Rater
from feedback.models.runs import Run, RunItem, Step

__all__ = [
    "Article", "Budget", "Constitution", "Critique", "Drafting", "Edit", "Evidence", "Example", "Feedback", "Import",
    "Invitation", "Job", "JobState", "Member", "ModelCall", "Preference", "Principle", "PrincipleVersion", "Project",
    "Rater", "Rating", "Response", "Role", "Run", "RunItem", "Split", "Step", "User",
]  # fmt: skip
