"""What is typed is kept by name and person, dropped when it is sent, and brought back by an undo."""

from __future__ import annotations

import pytest

from feedback import models as m
from feedback.desk.drafts import FILED_KEPT, LARGEST, bring_back, draft_of, file_draft, keep_draft, put_away
from feedback.errors import Refused
from tests import make


def submission(project: m.Project, user: m.User, key: str = "k") -> m.Submission:
    return m.Submission.objects.create(project=project, rater=make.rater(project=project, user=user), key=key, page="/")


def test_a_draft_belongs_to_one_person_and_form(project, ben, cleo) -> None:
    keep_draft(project, by=ben, name="judge-1", content={"critique": ["Half"], "seal": ["x"]})
    keep_draft(project, by=ben, name="judge-1", content={"critique": "Half a thought"})
    kept = draft_of(project, by=ben, name="judge-1")
    assert kept is not None
    assert kept.content == {"critique": ["Half a thought"]}
    assert draft_of(project, by=cleo, name="judge-1") is None
    assert draft_of(project, by=ben, name="judge-2") is None


def test_nothing_typed_drops_it(project, ben) -> None:
    keep_draft(project, by=ben, name="judge-1", content={"critique": "Half"})
    keep_draft(project, by=ben, name="judge-1", content={"critique": "  "})
    assert draft_of(project, by=ben, name="judge-1") is None


def test_what_was_sent_comes_back_with_an_undo_and_goes_with_a_redo(project, ben) -> None:
    row = submission(project, ben)
    keep_draft(project, by=ben, name="judge-1", content={"critique": "Whole"})
    file_draft(row, by=ben, name="judge-1", content={"critique": ["Whole"], "score-overall": ["2"]})
    assert draft_of(project, by=ben, name="judge-1") is None
    bring_back(row, by=ben)
    kept = draft_of(project, by=ben, name="judge-1")
    assert kept is not None
    assert kept.content == {"critique": ["Whole"], "score-overall": ["2"]}
    put_away(row, by=ben)
    assert draft_of(project, by=ben, name="judge-1") is None


def test_an_undo_does_not_write_over_what_is_being_typed(project, ben) -> None:
    row = submission(project, ben)
    file_draft(row, by=ben, name="judge-1", content={"critique": ["Old"]})
    keep_draft(project, by=ben, name="judge-1", content={"critique": "New"})
    bring_back(row, by=ben)
    kept = draft_of(project, by=ben, name="judge-1")
    assert kept is not None
    assert kept.content == {"critique": ["New"]}


def test_what_was_filed_long_ago_is_let_go(project, ben) -> None:
    for number in range(FILED_KEPT + 5):
        file_draft(submission(project, ben, f"{number}"), by=ben, name="judge-1", content={"critique": ["x"]})
    assert m.Draft.objects.filter(user=ben).count() == FILED_KEPT


def test_too_much_is_refused(project, ben) -> None:
    with pytest.raises(Refused, match="too long"):
        keep_draft(project, by=ben, name="judge-1", content={"critique": "x" * (LARGEST + 1)})
