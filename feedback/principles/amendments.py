"""A change to the constitution before it is made: what stands now, what would stand then, and what that differs in.

    change = amendment(project, version=draft)        adopt a draft, or reword what is in force
    change = amendment(project, principle=retired)    take one out of force
    change = amendment(project, restores=earlier)     go back to an earlier version

A wording that is in force already is weighed against the constitution without it. Reads tables, changes nothing; it
does not know what speaks for or against the change (see `readiness`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from feedback.errors import Refused
from feedback.models import Constitution, Principle, PrincipleVersion, Project, Trial
from feedback.principles.compiling import Compiler, as_text, tokens_of

ADOPT, REWORD, RETIRE, RESTORE, STANDS = "adopt", "reword", "retire", "restore", "stands"
Wordings = list[PrincipleVersion]


@dataclass(frozen=True)
class Amendment:
    """What would be: the wordings before and after, in their order, and of what kind the change is."""

    project: Project
    kind: str
    base: Constitution | None
    before: Wordings
    after: Wordings
    principle: Principle | None = None
    version: PrincipleVersion | None = None
    restores: Constitution | None = None

    @property
    def standing(self) -> PrincipleVersion | None:
        """The wording of its principle that is in force now, where it has one."""
        if self.principle is None:
            return None
        return next((one for one in self.before if one.principle_id == self.principle.pk), None)

    @property
    def names(self) -> tuple[str, str]:
        """Hashes that name the two lists: the same words in the same order have the same name."""
        return name_of(self.before), name_of(self.after)

    @property
    def changes(self) -> bool:
        """Whether anything would be other than it is."""
        return self.names[0] != self.names[1]

    @property
    def tokens(self) -> tuple[int, int]:
        """About how many tokens the whole of it takes in a prompt, before and after."""
        return tokens_of(whole_text(self.before)), tokens_of(whole_text(self.after))

    def words_for(self, text: str) -> tuple[str, str]:
        """What a prompt about this text gets, before and after, whole or retrieved as the project has it."""
        whole = self.at_most is None
        before, after = (one.compile(text, at_most=self.at_most, whole=whole).text for one in self.compilers)
        return before, after

    @property
    def at_most(self) -> int | None:
        """How many fitting principles enter a prompt; None: all of them."""
        return self.project.retrieves

    @cached_property
    def compilers(self) -> tuple[Compiler, Compiler]:
        """Both lists ready for many texts."""
        return Compiler(None, versions=self.before), Compiler(None, versions=self.after)


def amendment(
    project: Project,
    *,
    version: PrincipleVersion | None = None,
    principle: Principle | None = None,
    restores: Constitution | None = None,
    base: Constitution | None = None,
) -> Amendment:
    """The change that adopts `version`, retires `principle` or goes back to `restores`, against the newest or `base`.

    Raises `Refused` when a principle to retire is not in force.
    """
    base = base or Constitution.objects.filter(project=project).order_by("-number").first()
    before = versions_in(base)
    if restores is not None:
        return Amendment(project, RESTORE, base, before, versions_in(restores), restores=restores)
    if version is None:
        if principle is None or all(one.principle_id != principle.pk for one in before):
            raise Refused("Only a principle that is in force can be taken out of it.")
        return Amendment(project, RETIRE, base, before, without(before, principle.pk), principle)
    return with_wording(project, base, before, version)


def with_wording(project: Project, base: Constitution | None, before: Wordings, version: PrincipleVersion) -> Amendment:
    """The change that puts a wording into force, last or in its principle's old place."""
    principle = version.principle
    if any(one.pk == version.pk for one in before):
        return Amendment(project, STANDS, base, without(before, principle.pk), before, principle, version)
    if any(one.principle_id == principle.pk for one in before):
        after = [version if one.principle_id == principle.pk else one for one in before]
        return Amendment(project, REWORD, base, before, after, principle, version)
    return Amendment(project, ADOPT, base, before, [*before, version], principle, version)


def amendment_of(trial: Trial) -> Amendment:
    """The change a trial is about, against the constitution it was opened under."""
    restores = trial.parameters.get("restores")
    old = Constitution.objects.get(project=trial.project, number=restores) if restores else None
    return amendment(
        trial.project, version=trial.version, principle=trial.principle, restores=old, base=trial.constitution
    )


def versions_in(constitution: Constitution | None) -> Wordings:
    """The wordings of a constitution in order, with their principles. One query."""
    if constitution is None:
        return []
    articles = constitution.articles.select_related("version__principle").order_by("position")
    return [article.version for article in articles]


def without(versions: Sequence[PrincipleVersion], principle_id: int) -> Wordings:
    """All but one principle's."""
    return [one for one in versions if one.principle_id != principle_id]


def name_of(versions: Sequence[PrincipleVersion]) -> str:
    """What names a list of wordings."""
    return hashlib.sha256(",".join(str(one.pk) for one in versions).encode()).hexdigest()[:24]


def whole_text(versions: Sequence[PrincipleVersion]) -> str:
    """A list of wordings as a prompt shows it, without those that were switched off."""
    numbered = enumerate(versions, start=1)
    return as_text((number, one) for number, one in numbered if one.principle.switched_off_at is None)
