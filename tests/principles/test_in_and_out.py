"""Principles in and out as files: each shape is read, what is known stays out, and what is written is read again."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from feedback.errors import Refused
from feedback.models import PairVote, Principle, Project, User
from feedback.principles import constitutions
from feedback.principles.clauses import Clause, from_requests, requests_of
from feedback.principles.importing import import_principles, look_at
from feedback.principles.readers.formats import read
from feedback.principles.taking_out import FORMATS, clause_of
from tests import make

SWARM = Path(__file__).parent.parent / "data" / "principles" / "llm_swarm_cai.json"
BRIEF = Clause(effect="Be brief.")
DATED = Clause(domain="When asked about an event", effect="Name the year.")
INSTRUCTION = {
    "harmful0": {
        "prompt": ["\n\nCritiqueRequest: Identify ways in which it is harmful.\n\nCritique:"],
        "edit_request": "\n\nRevisionRequest: Please rewrite the response to remove what is harmful.\n\nRevision:",
    }
}
ANNOTATED = {
    "metadata": {"version": "2.0"},
    "annotators": {"1": {"name": "Human", "type": "human", "description": "x"},
                   "2": {"type": "principle", "description": "Be brief."}},
    "comparisons": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Be brief.\n\nWhen asked about an event: Name the year.\n", ""),
        ("# Title\n\n> Version 3.\n\n1. Be brief.\n2. **When asked about an event**: Name the year.", "a.md"),
        ("- Be brief.\n- *When asked about an event:* Name the year.", ""),
        ('principle\nBe brief.\n"When asked about an event: Name the year."\n', ""),
        ("when;what to do\n;Be brief.\nWhen asked about an event;Name the year.\n", "a.csv"),
        ('["Be brief.", "When asked about an event: Name the year."]', ""),
        (
            '{"principles": [{"text": "Be brief."}, {"when": "When asked about an event", "rule": "Name the year."}]}',
            "",
        ),
        ("principles:\n- Be brief.\n- domain: When asked about an event\n  effect: Name the year.\n", ""),
        ('"1. Be brief.\\n2. When asked about an event: Name the year."', "060_constitution.json"),
    ],
)
def test_each_shape_is_read(text: str, name: str) -> None:
    assert read(text, filename=name) == [BRIEF, DATED]


def test_sections_and_counter_examples_of_markdown() -> None:
    text = "## Style\n\n1. Be brief.\n\n   Not: poems\n\n## Facts\n\n1. Name the year."
    assert read(text) == [
        Clause(effect="Be brief.", section="Style", counter_examples="poems"),
        Clause(effect="Name the year.", section="Facts"),
    ]


def test_the_constitution_of_llm_swarm() -> None:
    found = read(SWARM.read_text(encoding="utf-8"), filename=SWARM.name)
    assert len(found) == 16
    assert found[0].effect == "Make it more age-appropriate for children."
    assert found[0].critique_request.startswith("Did the response include anything")
    assert found[0].revision_request.startswith("Please rewrite the response")


def test_instructions_of_the_paper_lose_their_frame() -> None:
    [one] = read(json.dumps(INSTRUCTION))
    assert (one.effect, one.section) == ("Remove what is harmful.", "harmful0")
    assert one.critique_request == "Identify ways in which it is harmful."


def test_the_principles_of_annotated_pairs() -> None:
    assert read(json.dumps(ANNOTATED)) == [BRIEF]


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("", "", "No principle"),
        ("{", "", "no JSON"),
        ("a: [", "a.yaml", "no YAML"),
        ("!!python/object/apply:os.system [ls]", "a.yaml", "no YAML"),
        ("7", "a.json", "No principles were found"),
        ('{"constitutions": [{"critic": "x"}]}', "", "needs a"),
        ("x" * 900, "", "too long"),
        ("\n".join(map(str, range(1001))), "", "1000 at once"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, name: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(text, filename=name)


def test_requests_that_were_made_are_read_back() -> None:
    assert [from_requests(*requests_of(one)) for one in (BRIEF, DATED)] == [BRIEF, DATED]


@pytest.mark.django_db
def test_what_is_known_or_laid_aside_stays_out(project: Project, ana: User) -> None:
    make.principle(project=project, effect="Be brief!")
    aside = make.principle(project=project, effect="Sing.")
    constitutions.drop(aside, by=ana, reason="Nobody wants it")
    clauses = read("Be brief.\nSing.\nName the year.\nname the year")
    outlook = look_at(project, clauses)
    assert [one.effect for one in outlook.new] == ["Name the year."]
    assert [row.like for row in outlook.known] == [1, 2, 0]
    assert "Nobody wants it" in outlook.known[1].why
    [made] = import_principles(project, clauses, by=ana)
    assert (made.origin, made.number, made.made_by) == ("imported", 3, ana)
    assert import_principles(project, clauses, by=ana) == []


@pytest.fixture
def adopted(project: Project, ana: User) -> list[Clause]:
    """Three principles in force, one with all that a principle can carry."""
    clauses = [
        BRIEF, DATED,
        Clause(domain="When asked for code", effect="Make it run.", counter_examples="pseudo-code", section="Craft",
               weight=2.0, critique_request="Does it run?", revision_request="Rewrite the response to make it run."),
    ]  # fmt: skip
    for principle in import_principles(project, clauses, by=ana):
        constitutions.adopt(principle, by=ana, reason="Agreed")
    return clauses


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["markdown", "json", "yaml", "critic-revision"])
def test_what_goes_out_comes_in_again(project: Project, ana: User, adopted: list[Clause], format: str) -> None:  # noqa: A002
    way = FORMATS[format]
    constitution = constitutions.current_constitution(project)
    assert constitution is not None
    found = read(way.write(constitution), filename=f"a.{way.ending}")
    carried = {"markdown": ("effect", "domain", "counter_examples", "section"), "critic-revision": ("effect",)}
    for name in carried.get(format, tuple(vars(BRIEF))):
        assert [getattr(one, name) for one in found] == [getattr(one, name) for one in adopted], name
    other = make.project(owner=ana)
    made = import_principles(other, found, by=ana)
    assert [clause_of(one.versions.get()) for one in made] == found


@pytest.mark.django_db
def test_annotated_pairs_hold_what_people_and_principles_prefer(project: Project, ana: User, ben: User) -> None:
    one, two = make.pair(project=project, request="Name a river.")
    make.preference(a=two, b=one, outcome="a", rater=make.rater(project=project, user=ben))
    held, back = make.pair(project=project, split="holdout")
    make.preference(a=held, b=back, rater=make.rater(project=project, user=ben))
    brief, dated = (
        make.principle(project=project, effect="Be brief."),
        make.principle(project=project, effect="Date it."),
    )
    constitution = make.constitution(project=project, principles=[brief, dated])
    judge = make.rater(project=project, kind="model")
    for repeat, outcome in enumerate(["b", "b", "b"]):
        PairVote.objects.create(version=brief.versions.get(), response_a=one, response_b=two, rater=judge,
                                repeat=repeat, outcome=outcome, swapped=bool(repeat % 2))  # fmt: skip
    tree: dict[str, Any] = json.loads(FORMATS["annotated-pairs"].write(constitution))
    assert tree["metadata"]["version"] == "2.0"
    ids = {about["description"]: name for name, about in tree["annotators"].items()}
    people = tree["metadata"]["default_annotator"]
    assert tree["annotators"][people]["type"] == "human"
    [pair] = tree["comparisons"]
    assert (pair["prompt"], pair["response_a"]["text"]) == ("Name a river.", one.text)
    assert pair["annotations"] == {
        people: {"pref": "b"}, ids["Be brief."]: {"pref": "b"},
        ids["Date it."]: {"pref": None, "no_pref_reason": "not_applicable"},
    }  # fmt: skip
    assert [clause.effect for clause in read(json.dumps(tree))] == ["Be brief.", "Date it."]


@pytest.mark.django_db
def test_the_commands(project: Project, adopted: list[Clause], tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("export_constitution", project.slug, "--format", "yaml", stdout=out)
    file = tmp_path / "constitution.yaml"
    file.write_text(
        f"{out.getvalue()}- effect: Say thanks.\n".replace("- effect: Say", "- effect: Say"), encoding="utf-8"
    )
    out = io.StringIO()
    call_command("import_principles", project.slug, str(file), "--dry-run", stdout=out, stderr=io.StringIO())
    assert json.loads(out.getvalue())["left_out"] == 3
    assert Principle.objects.count() == 3
    out = io.StringIO()
    call_command("import_principles", project.slug, str(file), stdout=out, stderr=io.StringIO())
    assert json.loads(out.getvalue()) == {"read": 4, "added": [4], "left_out": 3}
    with pytest.raises(SystemExit):
        call_command("export_constitution", "nowhere", stdout=io.StringIO(), stderr=io.StringIO())
