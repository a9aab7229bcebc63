"""The nouns of Precept, one module per sub-domain. See the glossary in README.md."""

from feedback.models.assignments import Draft, Form, Queue, QueueItem, Skip, Slot, Submission
from feedback.models.chats import Chat, ChatTurn
from feedback.models.checks import Check, CheckResult, CheckRuling
from feedback.models.datasets import (
    ApiToken,
    Benchmark,
    Part,
    Snapshot,
    SnapshotExample,
    SnapshotRow,
    TrainingResult,
    Transfer,
)
from feedback.models.errands import Consequence, Errand
from feedback.models.examples import Example, Import, Response, Split
from feedback.models.feedback import Critique, Edit, Feedback, Preference, Rating, Use
from feedback.models.grouping import Contradiction, Group, Grouping, Vector
from feedback.models.guidance import Demonstration, FollowUp, Hint, Uptake
from feedback.models.jobs import Job, JobState
from feedback.models.ledger import Budget, ModelCall
from feedback.models.marks import Pulse, Span
from feedback.models.memory import Applied, Experience
from feedback.models.orders import Place, Ranking
from feedback.models.principles import Article, Constitution, Drafting, Evidence, Principle, PrincipleVersion, Switching
from feedback.models.projects import Invitation, Member, Project, Role, User
from feedback.models.raters import Rater
from feedback.models.ratifying import Motion, Remark, Vote
from feedback.models.runs import Run, RunItem, Step
from feedback.models.trials import Finding, PairVote, ProbeResult, ScopeInput, ScopeResult, Trial, Verdict

__all__ = [
    "ApiToken", "Applied", "Article", "Benchmark", "Budget", "Chat", "ChatTurn", "Check", "CheckResult",
    "CheckRuling", "Consequence", "Constitution", "Contradiction", "Critique", "Demonstration", "Draft", "Drafting",
    "Edit", "Errand", "Evidence", "Example", "Experience", "Feedback", "Finding", "FollowUp", "Form", "Group",
    "Grouping", "Hint", "Import", "Invitation", "Job", "JobState", "Member", "ModelCall", "Motion", "PairVote",
    "Part", "Place", "Preference", "Principle", "PrincipleVersion", "ProbeResult", "Project", "Pulse", "Queue",
    "QueueItem", "Ranking", "Rater", "Rating", "Remark", "Response", "Role", "Run", "RunItem", "ScopeInput",
    "ScopeResult", "Skip", "Slot", "Snapshot", "SnapshotExample", "SnapshotRow", "Span", "Split", "Step",
    "Submission", "Switching", "TrainingResult", "Transfer", "Trial", "Uptake", "Use", "User", "Vector", "Verdict",
    "Vote",
]  # fmt: skip
