"""How an approved change reaches the principles: by the verb a person would use for it, or as a motion.

A principle that is added waits among the drafts, where it is tested and adopted like every other. Where the team
decides by vote, what touches the constitution is put to it.
"""

from __future__ import annotations

from feedback.errors import Refused
from feedback.models import Finding, Principle, Project, User
from feedback.principles import constitutions, merging, motions
from feedback.principles.constitutions import add_version, articles_in_force, new_principle

Operation = Finding.Operation
Done = tuple[Principle, str]


def carried_out(project: Project, row: Finding, *, by: User) -> Done:
    """Do it, in a locked project; the principle it is about now, and what was done as a sentence."""
    if row.operation == Operation.ADD:
        return added(project, row, by=by)
    if row.principle is None:
        raise Refused("The principle that this is about is not there any more. Reject the change.")
    if row.principle.dropped_at is not None:
        raise Refused(f"Principle {row.principle.number} was laid aside meanwhile. Reject the change.")
    voted = project.quorum > 1 and in_force(project, row.principle)
    if row.operation == Operation.REWORD:
        return reworded(row, row.principle, by=by, voted=voted)
    if row.operation == Operation.MERGE:
        return merged(row, row.principle, by=by, voted=voted)
    return retired(project, row, row.principle, by=by, voted=voted)


def added(project: Project, row: Finding, *, by: User) -> Done:
    """A new draft in the model's words, or in the person's who changed them."""
    principle = new_principle(project, by=by, origin=Principle.Origin.DRAFTED)
    made = {} if row.edited_by_id else {"model": row.trial.model, "simulated": row.trial.simulated}
    add_version(principle, by=row.edited_by, domain=row.domain, effect=row.effect, **made)
    return principle, f"Principle {principle.number} stands among the drafts."


def reworded(row: Finding, principle: Principle, *, by: User, voted: bool) -> Done:
    """The same principle in other words."""
    words = {"domain": row.domain, "effect": row.effect, "reason": row.words[:300]}
    if voted:
        motion = motions.propose(principle, by=by, **words)
        return principle, f"Put to the vote as motion {motion.number}."
    constitutions.reword(principle, by=by, **words)
    return principle, f"Principle {principle.number} has new words."


def merged(row: Finding, principle: Principle, *, by: User, voted: bool) -> Done:
    """One into another, which takes the words that say both."""
    if row.into is None or row.into.dropped_at is not None:
        raise Refused("The principle that this would go into is not there any more. Reject the change.")
    if voted:
        motion = motions.propose_to_retire(principle, by=by, reason=f"It goes into principle {row.into.number}.")
        return principle, f"Put to the vote as motion {motion.number}: it would go into principle {row.into.number}."
    merging.merge([principle], into=row.into, by=by)
    if row.effect:
        constitutions.reword(row.into, by=by, domain=row.domain, effect=row.effect, reason=row.words[:300])
    return row.into, f"Principle {principle.number} merged into principle {row.into.number}."


def retired(project: Project, row: Finding, principle: Principle, *, by: User, voted: bool) -> Done:
    """Out of force; a draft is laid aside."""
    if voted:
        motion = motions.propose_to_retire(principle, by=by, reason=row.words)
        return principle, f"Put to the vote as motion {motion.number}."
    if not in_force(project, principle):
        constitutions.drop(principle, by=by, reason=row.words)
        return principle, f"Principle {principle.number} laid aside."
    constitution = constitutions.retire(principle, by=by, reason=row.words)
    return principle, f"Principle {principle.number} retired with version {constitution.number}."


def in_force(project: Project, principle: Principle) -> bool:
    """Whether a principle stands in the constitution."""
    return any(article.version.principle_id == principle.pk for article in articles_in_force(project))
