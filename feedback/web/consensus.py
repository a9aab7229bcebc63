"""What all votes add up to: the next statement to vote on, the opinion map, groups, and the consensus table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.agreement.opinions import Opinion, opinion_of, words_of
from feedback.agreement.polis import Standing, Typical, typical
from feedback.forms.motions import PollForm, StatementVoteForm
from feedback.models import PrincipleVersion, Project, Rater, Role, User
from feedback.principles.polling import Imported, import_poll, read_poll
from feedback.principles.voting import to_vote_on, vote, voted_on
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person

PAGE = "consensus/consensus.html"
IMPORT = "consensus/import.html"
WIDTH, HEIGHT, MARGIN = 480, 320, 24
LETTERS = "ABCDE"
SIGNS = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0", "M-4.5 -4.5h9v9h-9z", "M0 -6l5.5 10h-11z", "M0 -6l6 6l-6 6l-6 -6z",
    "M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
)  # fmt: skip
ALONE = "M-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0"


@dataclass(frozen=True)
class Dot:
    """One participant on the map."""

    x: float
    y: float
    sign: str
    group: int | None
    me: bool


@dataclass(frozen=True)
class Side:
    """One opinion group: its letter, sign and size, where its letter stands, and what sets it apart."""

    number: int
    letter: str
    sign: str
    size: int
    x: float
    y: float
    apart: list[tuple[Typical[int], PrincipleVersion]]


@open_to(Role.VIEWER)
def consensus(request: HttpRequest, project: Project) -> HttpResponse:
    """The next statement, the map and the table."""
    return render(request, PAGE, everything(request, project))


@open_to(Role.REVIEWER)
@require_POST
def vote_on_principle(request: HttpRequest, project: Project) -> HttpResponse:
    """Agree, disagree or pass on one principle; then the next one."""
    form = StatementVoteForm(request.POST)

    def cast(said: dict[str, Any]) -> object:
        about = get_object_or_404(project.principles, number=said["principle"])
        return vote(about, by=person(request), choice=said["choice"], reason=said["reason"], key=str(said["key"]))

    if carried_out(form, cast) is None:
        return render(request, PAGE, {**everything(request, project), "form": form}, status=422)
    return redirect("consensus", project.slug)


@open_to(Role.CURATOR)
def import_polis(request: HttpRequest, project: Project) -> HttpResponse:
    """Bring the export of a Polis conversation in."""
    form = PollForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, IMPORT, {"form": form})
    done = carried_out(form, lambda said: brought_in(project, person(request), said))
    if done is None:
        return render(request, IMPORT, {"form": form}, status=422)
    messages.success(request, f"{done.statements} statements and {done.votes} votes by {done.participants} came in.")
    return redirect("consensus", project.slug)


def brought_in(project: Project, by: User, said: dict[str, Any]) -> Imported:
    """Read the uploaded files and import them."""
    raw = {name: upload.read() if upload else b"" for name, upload in said.items()}
    return import_poll(project, read_poll(**raw), by=by, filename=said["comments"].name)


def everything(request: HttpRequest, project: Project) -> dict[str, Any]:
    """All that the page shows. A reviewer sees the votes on a principle once they have voted on it."""
    by = person(request)
    found = opinion_of(project, as_imported=request.GET.get("groups") != "found")
    left = to_vote_on(project, by=by)
    rows = found.standings
    if project.member.role == Role.REVIEWER:  # type: ignore[attr-defined]
        seen = voted_on(project, by=by)
        rows = [one for one in rows if one.statement in seen]
    words = words_of([one.statement for one in rows])
    rows = [one for one in rows if words[one.statement].principle.dropped_at is None]
    following = left.first()
    dots = dots_of(found, Rater.objects.filter(project=project, user=by).values_list("pk", flat=True).first())
    return {
        "rows": page_of(request, [(one, words[one.statement]) for one in rows], size=60),  # type: ignore[arg-type]
        "hidden": len(found.standings) - len(words),
        "participants": len(found.voters),
        "dots": dots,
        "sides": sides_of(found, dots, rows, words),
        "following": following,
        "version": words_of([following.pk])[following.pk] if following else None,
        "left": left.count(),
        "form": StatementVoteForm(initial={"principle": following.number if following else None}),
        "as_imported": found.as_imported,
        "may_choose_groups": found.as_imported or request.GET.get("groups") == "found",
        "map": {"width": WIDTH, "height": HEIGHT},
    }


def dots_of(found: Opinion, me: int | None) -> list[Dot]:
    """Everybody who voted, placed within the map's margins; those without a group small and drawn first."""
    furthest_x = max((abs(one.place[0]) for one in found.voters), default=0) or 1
    furthest_y = max((abs(one.place[1]) for one in found.voters), default=0) or 1
    dots = [
        Dot(
            x=WIDTH / 2 + one.place[0] / furthest_x * (WIDTH / 2 - MARGIN),
            y=HEIGHT / 2 - one.place[1] / furthest_y * (HEIGHT / 2 - MARGIN),
            sign=ALONE if one.group is None else SIGNS[one.group % len(SIGNS)],
            group=None if one.group is None else one.group % len(SIGNS),
            me=one.rater == me,
        )
        for one in found.voters
    ]
    return sorted(dots, key=lambda dot: (dot.me, dot.group is not None))


def sides_of(
    found: Opinion, dots: list[Dot], rows: list[Standing[int]], words: dict[int, PrincipleVersion]
) -> list[Side]:
    """Each opinion group with what sets it apart among the rows that may be seen."""
    sides = []
    for number, group in enumerate(found.groups[: len(SIGNS)]):
        at = [dot for dot in dots if dot.group == number]
        middle = (sum(dot.x for dot in at) / len(at), sum(dot.y for dot in at) / len(at)) if at else (0.0, 0.0)
        apart = [(one, words[one.statement]) for one in typical(rows, number)]
        sides.append(Side(number, LETTERS[number], SIGNS[number], len(group), *middle, apart))
    return sides
