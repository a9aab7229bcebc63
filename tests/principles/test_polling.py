"""Seattle's vote on the minimum wage comes in as principles and votes, and adds up as counted from the files."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from math import isclose
from pathlib import Path

import pytest
from django.core.management import call_command

from feedback.agreement.opinions import opinion_of, words_of
from feedback.errors import BadRow, Refused
from feedback.models import Principle, Project, Rater, User, Vote
from feedback.principles.polling import Imported, Poll, import_poll, read_poll

FOLDER = Path(__file__).resolve().parents[1] / "data/polis"
COMMENTS = b"comment-id,moderated,comment-body\n0,1,Be brief.\n1,-1,spam\n"
VOTES = b"timestamp,comment-id,voter-id,vote\n2000,0,7,-1\n1000,0,7,1\n1500,0,8,0\n"


def seattle() -> Poll:
    files = {name: (FOLDER / f"{name}.csv").read_bytes() for name in ("comments", "votes", "participants-votes")}
    return read_poll(comments=files["comments"], votes=files["votes"], participants=files["participants-votes"])


def test_seattle_comes_in_whole_and_a_second_time_adds_nothing(project: Project, ana: User) -> None:
    done = import_poll(project, seattle(), by=ana)
    assert done == Imported(statements=54, votes=2995, standing=2872, participants=339, groups=2, moderated_out=23)
    assert Vote.objects.count() == 2995
    assert Vote.objects.standing().count() == 2872
    assert Rater.objects.filter(kind="imported").count() == 339
    assert Principle.objects.filter(origin="imported", dropped_at__isnull=False).count() == 23
    assert import_poll(project, seattle(), by=ana) == Imported()
    assert Vote.objects.count() == 2995


def test_the_consensus_table_is_what_one_counts_from_the_votes(project: Project, ana: User) -> None:
    """Counted from the files alone: the last vote in votes.csv, groups by participants-votes.csv, exact fractions."""
    import_poll(project, seattle(), by=ana)
    with (FOLDER / "votes.csv").open(newline="") as stream:
        cast = sorted(csv.DictReader(stream), key=lambda row: int(row["timestamp"]))
    with (FOLDER / "participants-votes.csv").open(newline="") as stream:
        group = {row["participant"]: row["group-id"] for row in csv.DictReader(stream)}
    with (FOLDER / "comments.csv").open(newline="") as stream:
        body = {row["comment-id"]: row["comment-body"].strip() for row in csv.DictReader(stream)}
    last = {(row["comment-id"], row["voter-id"]): row["vote"] for row in cast}
    expected = {}
    for comment, words in body.items():
        product = Fraction(1)
        for side in ("0", "1"):
            votes = [vote for (on, who), vote in last.items() if on == comment and group[who] == side]
            product *= Fraction(votes.count("1") + 1, len(votes) + 2)
        everybody = [vote for (on, _), vote in last.items() if on == comment]
        expected[words] = (product, everybody.count("1"), everybody.count("-1"), everybody.count("0"))
    opinion = opinion_of(project)
    words = words_of([one.statement for one in opinion.standings])
    assert len(opinion.standings) == len(expected) == 54
    for one in opinion.standings:
        product, agrees, disagrees, passes = expected[words[one.statement].effect]
        assert isclose(one.consensus, product, rel_tol=1e-12)
        assert (one.all.agrees, one.all.disagrees, one.all.passes) == (agrees, disagrees, passes)
    assert [len(one) for one in opinion.groups] == [99, 39]


def test_our_own_groups_are_found_without_those_of_the_file(project: Project, ana: User) -> None:
    import_poll(project, seattle(), by=ana)
    opinion = opinion_of(project, as_imported=False)
    assert len(opinion.groups) == 2
    assert sum(map(len, opinion.groups)) == 138


def test_a_changed_vote_replaces_the_one_before_whatever_the_order_of_the_file(project: Project) -> None:
    done = import_poll(project, read_poll(comments=COMMENTS, votes=VOTES), by=None)
    assert done == Imported(statements=2, votes=3, standing=2, participants=2, groups=0, moderated_out=1)
    standing = Vote.objects.standing().get(rater__name__startswith="participant 7 ")
    assert standing.choice == "disagree"
    assert standing.replaces is not None
    assert standing.replaces.choice == "agree"


@pytest.mark.parametrize(
    ("comments", "votes", "wrong"),
    [
        (b"a,b\n1,2\n", VOTES, Refused),
        (COMMENTS, b"\xff\xfe", Refused),
        (COMMENTS, b"timestamp,comment-id,voter-id,vote\n1,0,7,2\n", BadRow),
        (COMMENTS, b"timestamp,comment-id,voter-id,vote\n1,99,7,1\n", BadRow),
        (COMMENTS, b"timestamp,comment-id,voter-id,vote\n1,0\n", BadRow),
        (COMMENTS + b"0,1,Again.\n", VOTES, Refused),
        (COMMENTS + b"5,1, \n", VOTES, Refused),
    ],
)
def test_what_is_no_export_of_polis_is_refused_and_adds_nothing(project: Project, comments, votes, wrong) -> None:
    with pytest.raises(wrong):
        import_poll(project, read_poll(comments=comments, votes=votes), by=None)
    assert not Principle.objects.exists()


def test_the_command_ends_with_a_summary(project: Project, capsys) -> None:
    call_command("import_polis", project.slug, str(FOLDER))
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["votes"] == 2995
    with pytest.raises(SystemExit):
        call_command("import_polis", "nowhere", str(FOLDER))
