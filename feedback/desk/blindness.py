"""Whose words a person may see: a reviewer sees what others said of a response once they have judged it themselves."""

from __future__ import annotations

from typing import Any

from feedback.errors import NotAllowed
from feedback.models import (
    Critique,
    Demonstration,
    Edit,
    Member,
    Preference,
    Pulse,
    Ranking,
    Rating,
    Response,
    Role,
    Span,
    User,
)

ONE_QUESTION = "criterion"  # answering one question about an answer is not judging it
OF_ONE_RESPONSE = (
    (Rating, "response_id"),
    (Critique, "response_id"),
    (Span, "response_id"),
    (Pulse, "response_id"),
    (Edit, "response_id"),
    (Edit, "result_id"),
    (Demonstration, "result_id"),
)
OF_SEVERAL = ((Ranking, "places__response_id"),)
OF_A_PAIR = ((Preference, "response_a_id"), (Preference, "response_b_id"))


class Seen:
    """The responses whose judgements a member may see: `response.pk in seen`. One query, when first asked."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.known: set[int] | None = None

    def __contains__(self, response: object) -> bool:
        """Whether what others said of this response may be shown."""
        if self.member.role != Role.REVIEWER:
            return True
        if self.known is None:
            self.known = judged_by(self.member.user, self.member.project_id)
        return response in self.known


def keep_blind(member: Member, *responses: int | None) -> None:
    """Raise `NotAllowed` for a reviewer who has not judged all of these responses."""
    seen = Seen(member)
    if any(response is not None and response not in seen for response in responses):
        raise NotAllowed("You judge these answers blind. Compare or judge them first; then this page opens.")


def keep_words_hidden(member: Member, response: Response) -> None:
    """Raise `NotAllowed` where a response, or the one it was made from, is somebody else's and may not be read yet."""
    for row in (response, response.parent):
        if row is not None and row.author is not None and row.author.user_id != member.user_id:
            keep_blind(member, row.parent_id)


def judged_by(user: User, project_id: int) -> set[int]:
    """The responses of a project this person has judged, alone or beside others, and those they wrote. One query."""
    parts: list[Any] = [
        kind._default_manager.standing()
        .filter(project=project_id, rater__user=user)
        .exclude(protocol=ONE_QUESTION)
        .order_by()
        .values_list(column)
        for kind, column in (*OF_ONE_RESPONSE, *OF_A_PAIR, *OF_SEVERAL)
    ]
    return {number for (number,) in parts[0].union(*parts[1:])}
