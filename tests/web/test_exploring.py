"""A snapshot from inside: its rows with filters, and each row back to the click and the call."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import models as m
from feedback.datasets import browsing, numbers, roots
from feedback.datasets.lineage import KINDS
from feedback.datasets.snapshots import freeze
from feedback.projects.tokens import make_token
from tests import make
from tests.benchmarks.data_out import fill
from tests.web.counting import queries_of


def address(name: str, project: m.Project, *rest: object) -> str:
    return reverse(name, args=[project.slug, *rest])


def frozen(project: m.Project, *, number: int = 1) -> m.Snapshot:
    """A snapshot of all that is there."""
    row = m.Snapshot.objects.create(project=project, number=number, frozen_at=timezone.now(), sha256="ab" * 32)
    for example in project.examples.exclude(split="holdout"):
        m.SnapshotExample.objects.create(snapshot=row, example=example, part="train", cluster=example.number)
    for kind, model in KINDS.items():
        for one in model._default_manager.filter(project=project):
            m.SnapshotRow.objects.create(snapshot=row, kind=kind, row=one.pk)
    return row


@pytest.fixture
def refined(project: m.Project, ana: m.User, ben: m.User) -> m.Preference:
    """A refined answer that Ben preferred: words, principle, constitution, run, step and call stand behind it."""
    rater = make.rater(project=project, user=ben)
    brought = m.Import.objects.create(project=project, filename="rivers.jsonl", sha256="cd" * 32, format="pairs")
    example = make.example(project=project, request="When was the bridge built?", imported_in=brought)
    first = make.response(example=example, text="Long ago.")
    words = make.critique(response=first, rater=rater, text="Which year was it?")
    principle = make.principle(project=project, effect="Name the year.", source=words)
    constitution = make.constitution(project=project, principles=[principle])
    run = make.run(project=project, state="finished", constitution=constitution)
    better = make.refined(response=first, run=run, text="It was built in 1911.")
    step = better.produced_by
    m.Step.objects.filter(pk=step.pk).update(
        principle=principle.versions.get(), output={"text": better.text, "changed": "Put in the year."}
    )
    make.model_call(project=project, run=run, step=step, prompt_hash="feed" * 16)
    return make.preference(a=better, b=first, rater=rater, reason="Now I know.", seconds=12.0)


def test_a_row_goes_back_to_the_click_and_the_call(client: Client, project, ana, refined) -> None:
    snapshot = frozen(project)
    client.force_login(ana)
    page = client.get(address("snapshot_row", project, snapshot.number, "preference", refined.pk)).content.decode()
    for words in (
        "Which year was it?", "Name the year.", "Put in the year.", "Now I know.", "Ben Okafor", "rivers.jsonl",
        "revise under principle", "feedfeedfeed", "Constitution 1", "12 seconds", "60 tokens",
    ):  # fmt: skip
        assert words in page, words
    picture = page[page.index('<svg class="lineage-picture"') :]
    assert picture[: picture.index("</svg>")].count("<path") >= 9
    assert "simulated" in page
    assert "trl-preference" in page


def test_every_kind_of_row_has_its_lineage(client: Client, project, ana, ben, refined) -> None:
    rater, answer, example = refined.rater, refined.response_b, refined.response_b.example
    shared: dict[str, Any] = {"project": project, "rater": rater, "protocol": "single"}
    critique = m.Critique.objects.get()
    rows = [
        refined, critique, make.rating(response=answer, rater=rater, key="r"),
        make.span(response=answer, rater=rater, key="s"), make.edit(response=answer, rater=rater, key="e"),
        m.Hint.objects.create(example=example, text="Look at the plaque.", key="h", **shared),
        m.FollowUp.objects.create(response=answer, mark="corrected", key="f", **shared),
        m.Uptake.objects.create(critique=critique, response=refined.response_a, outcome="yes", key="u", **shared),
        m.Pulse.objects.create(response=answer, direction=1, at=3, milliseconds=40, key="p", **shared),
        m.Demonstration.objects.create(
            example=example, key="d", **shared,
            result=make.response(example=example, text="In 1911.", origin="written", author=rater),
        ),
    ]  # fmt: skip
    ranking = m.Ranking.objects.create(example=example, key="k", **shared)
    m.Place.objects.create(ranking=ranking, response=answer, place=1)
    check = m.Check.objects.create(example=example, text="Names a year", rater=rater)
    ruling = m.CheckRuling.objects.create(about=check, holds="yes", key="c", **shared)
    client.force_login(ana)
    assert {row._meta.model_name for row in (*rows, ranking, ruling)} == set(KINDS)
    snapshot = frozen(project)
    for row in (*rows, ranking, ruling):
        kind = row._meta.model_name
        page = client.get(address("row_lineage", project, kind, row.pk))
        assert page.status_code == 200, kind
        assert "lineage-picture" in page.content.decode()
        listed = client.get(address("snapshot_rows", project, snapshot.number), {"kind": kind}).content.decode()
        assert address("snapshot_row", project, snapshot.number, kind, row.pk) in listed, kind


def test_the_words_behind_a_principle_are_hidden_until_one_has_judged_that_answer(
    client, project, cleo, refined
) -> None:
    client.force_login(cleo)
    url = address("row_lineage", project, "preference", refined.pk)
    assert client.get(url).status_code == 403
    rater = make.rater(project=project, user=cleo)
    other = make.response(example=make.example(project=project), text="Nobody knows.")
    more = make.critique(response=other, rater=refined.rater, text="Somebody does know.", key="more")
    m.Evidence.objects.create(principle=m.Principle.objects.get(), critique=more)
    make.preference(a=refined.response_a, b=refined.response_b, rater=rater, key="cleo")
    page = client.get(url).content.decode()
    assert "Now I know." in page
    assert "Which year was it?" in page
    assert "Somebody does know." not in page
    assert "Shown once you have judged that answer yourself." in page


def test_rows_are_narrowed_by_words_raters_and_outcome(client: Client, project, ana, ben, refined) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=make.rater(project=project, kind="judge", name="A judge"), outcome="tie")
    snapshot = frozen(project)
    client.force_login(ana)
    url = address("snapshot_rows", project, snapshot.number)

    def shown(**asked: str) -> int:
        return client.get(url, {"kind": "preference", **asked}).content.decode().count("leaf-link")

    assert shown() == 2
    assert shown(raters="judge") == shown(outcome="tie") == shown(words="1911") == shown(words="Now I") == 1
    assert shown(part="test") == shown(split="holdout") == 0
    assert "No row passes" in client.get(url, {"part": "test"}).content.decode()


def test_what_one_has_not_judged_is_not_told_in_the_list(client: Client, project, cleo, refined) -> None:
    snapshot = frozen(project)
    client.force_login(cleo)
    page = client.get(address("snapshot_rows", project, snapshot.number)).content.decode()
    assert "1911" not in page
    assert "shown once you have judged it yourself" in page


def test_a_row_that_is_not_in_the_snapshot_is_not_found_through_it(client: Client, project, ana, refined) -> None:
    snapshot = frozen(project)
    a, b = make.pair(project=project)
    late = make.preference(a=a, b=b, rater=refined.rater, key="late")
    client.force_login(ana)
    assert client.get(address("snapshot_row", project, snapshot.number, "preference", late.pk)).status_code == 404
    assert client.get(address("row_lineage", project, "preference", late.pk)).status_code == 200
    assert client.get(address("row_lineage", project, "parchment", 1)).status_code == 404


def test_pages_of_rows_go_on_after_the_last_one_and_ask_as_much_for_many(
    client, project, ana, ben, monkeypatch
) -> None:
    monkeypatch.setattr("feedback.datasets.browsing.SIZE", 30)
    rater = make.rater(project=project, user=ben)
    client.force_login(ana)
    counts = []
    for number, size in enumerate((10, 60), 1):
        for _ in range(size):
            make.preference(**dict(zip("ab", make.pair(project=project), strict=True)), rater=rater)
        frozen(project, number=number)
        counts.append(queries_of(client, address("snapshot_rows", project, number)))
    assert counts[0] == counts[1]
    url = address("snapshot_rows", project, 2)
    seen: list[str] = []
    after = "0"
    while after:
        page = client.get(url, {"after": after})
        seen += [str(one["row"].pk) for one in page.context["lines"]]
        after = str(page.context["leaf"].next or "")
    assert len(seen) == len(set(seen)) == 70


def test_a_lineage_asks_as_much_whatever_stands_beside_it(client: Client, project, ana, refined) -> None:
    client.force_login(ana)
    url = address("row_lineage", project, "preference", refined.pk)
    few = queries_of(client, url)
    principle = m.Principle.objects.get()
    for number in range(20):
        words = make.critique(response=refined.response_b, rater=refined.rater, text=f"More {number}", key=f"m{number}")
        m.Evidence.objects.create(principle=principle, critique=words)
        make.step(item=refined.response_a.produced_by.item, state="done")
    assert queries_of(client, url) == few


def test_dan_finds_nothing(client: Client, project, dan, refined) -> None:
    snapshot = frozen(project)
    client.force_login(dan)
    for url in (
        address("snapshot_rows", project, snapshot.number), address("row_lineage", project, "preference", refined.pk),
        address("snapshot_row", project, snapshot.number, "preference", refined.pk),
    ):  # fmt: skip
        assert client.get(url).status_code == 404


def test_the_numbers_of_a_snapshot_are_drawn_and_told(client: Client, project, ana, ben, cleo, refined) -> None:
    one, other = make.rater(project=project, user=ben), make.rater(project=project, user=cleo)
    for number in range(4):
        a, b = make.pair(project=project)
        make.preference(a=a, b=b, rater=one, strength=-3 + number % 2)
        make.preference(a=a, b=b, rater=other, outcome="b" if number == 3 else "a")
    c, d = make.pair(project=project)
    make.preference(a=c, b=d, rater=one, outcome="both-bad")
    snapshot = frozen(project)
    client.force_login(ana)
    found = client.get(address("snapshot_numbers", project, snapshot.number))
    page, numbers = found.content.decode(), found.context["numbers"]
    assert numbers.bars[0].rows == numbers.rows == 4
    assert numbers.facets["agreement"] == {"judged_by_several": 3, "of_one_mind": 1.0}
    assert [one.number for one in numbers.rounds] == [0, 1]
    assert {(one.why, one.number) for one in numbers.flags} == {("disputed", 5), ("none-solves", c.example.number)}
    for words in ("Raters part", "No answer is good", "much better", "the simulated model", "Gap between the two"):
        assert words in page, words
    queries = queries_of(client, address("snapshot_numbers", project, snapshot.number))
    assert queries < 20


def test_a_snapshot_without_anything_to_measure_says_so(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(address("snapshot_numbers", project, frozen(project).number)).content.decode()
    assert "nothing to measure" in page


def test_ben_is_not_told_which_examples_are_disputed_before_he_judged(client: Client, project, ben, cleo) -> None:
    """Numbers of many are no secret, and name no rater and no answer."""
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=make.rater(project=project, user=cleo), reason="Hidden words.")
    client.force_login(ben)
    page = client.get(address("snapshot_numbers", project, frozen(project).number)).content.decode()
    assert "Hidden words." not in page
    assert a.text not in page


def test_a_snapshot_shows_what_it_descends_from_and_what_leaks(client: Client, project, ana, refined) -> None:
    make.example(project=project, request="When was the bridge built?!", split="holdout")
    first, second = frozen(project), frozen(project, number=2)
    client.force_login(ana)
    page = client.get(address("snapshot_lineage", project, first.number)).content.decode()
    for words in ("rivers.jsonl", "Run 1", "Constitution 1", "Ben Okafor", "nearly the same as a held-out one"):
        assert words in page, words
    assert address("snapshot_difference", project, second.number, first.number) in page
    assert queries_of(client, address("snapshot_lineage", project, first.number)) < 25


def test_a_result_is_told_once_and_shown_with_the_snapshot(client: Client, project, ana, ben, refined) -> None:
    snapshot = frozen(project)
    url = address("tell_result", project, snapshot.number)
    said = {"model": "tiny-1", "benchmark": "rivers-bench", "score": "71.5", "baseline": "60", "trainer": "TRL DPO"}
    client.force_login(ben)
    assert client.post(url, said).status_code == 403
    client.force_login(ana)
    for _ in range(2):
        assert client.post(url, said).status_code == 302
    assert client.post(url, {**said, "score": "much"}).status_code == 422
    assert m.TrainingResult.objects.count() == 1
    page = client.get(address("snapshot_lineage", project, snapshot.number)).content.decode()
    for words in ("rivers-bench", "tiny-1: 71.5 (+11.5)", "TRL DPO", "Ana Ferreira"):
        assert words in page, words


def test_a_script_tells_a_result_with_a_key(client: Client, project, ana, dan, refined) -> None:
    snapshot = frozen(project)
    url = address("api_results", project, snapshot.number)
    _, secret = make_token(project, by=ana, name="trainer")
    key = {"headers": {"Authorization": f"Bearer {secret}"}}
    said = {"model": "tiny-1", "benchmark": "rivers-bench", "score": 71.5}
    answer = client.post(url, said, content_type="application/json", **key)
    assert answer.status_code == 201
    assert client.get(url, **key).json()["results"] == [answer.json()]
    for wrong in ({"model": "x"}, {**said, "score": "nan"}, {**said, "colour": "red"}, [1]):
        refused = client.post(url, wrong, content_type="application/json", **key)
        assert refused.status_code == 422
        assert refused.json()["error"].endswith(".")
    assert client.post(url, said, content_type="application/json").status_code == 401
    assert client.get(address("api_results", project, 99), **key).status_code == 404


def test_what_takes_a_while_comes_after_the_page_and_is_kept(
    client: Client, project: m.Project, ana: m.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project, 30)
    freeze(project, by=ana)
    client.force_login(ana)
    monkeypatch.setattr(numbers, "FEW", 0)
    monkeypatch.setattr(roots, "FEW", 0)
    for page, told in (("numbers", "What it is like"), ("lineage", "What it descends from")):
        url = f"/p/{project.slug}/snapshots/1/{page}/"
        assert told not in client.get(url).content.decode()
        assert "It is being worked out." in client.get(url).content.decode()
        assert told in client.get(url + "?whole=1").content.decode()
        assert told in client.get(url).content.decode()


def test_words_are_looked_for_as_long_as_a_page_has(
    client: Client, project: m.Project, ana: m.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project, 60)
    freeze(project, by=ana)
    client.force_login(ana)
    url = f"/p/{project.slug}/snapshots/1/rows/?words=number+59%2C"
    assert len(client.get(url).context["leaf"].rows) == 1
    monkeypatch.setattr(browsing, "STRETCH", 7)
    assert len(client.get(url).context["leaf"].rows) == 1
    assert len(client.get(url.replace("+59%2C", "")).context["leaf"].rows) == browsing.SIZE
    monkeypatch.setattr(browsing, "SECONDS", 0.0)
    page = client.get(url)
    assert page.context["leaf"].cut
    assert "Look further" in page.content.decode()
