"""How the simulated model keeps a memory: lessons by themes people spoke of, conditions by the words of requests."""

from __future__ import annotations

from collections.abc import Mapping

from feedback.llm.answers import Reply, Verdict, Vetting
from feedback.llm.lessons import Condition, Lesson, Lessons
from feedback.llm.material import blocks, read_candidates, read_request, read_turns
from feedback.llm.pretending.answering import mended
from feedback.llm.pretending.drafting import DOMAINS
from feedback.llm.pretending.talking import answer_message
from feedback.llm.pretending.texts import keywords, lower_first, quoted, telling_words
from feedback.llm.pretending.themes import Theme, kind_of, themes_in, themes_of_complaint

Values = Mapping[str, str]
MOST = 2


def reflect_on_item(values: Values) -> Lessons:
    """A lesson on the task for each theme people spoke of, one for any request, one for the part that was mended."""
    bad = "badly" in values["outcome"]
    said = values["said"]
    themes = themes_of_complaint(said)[:MOST] if bad else themes_in(said)[:1]
    fresh = [theme for theme in themes if theme.effect not in values["known"]]
    when = condition_of(read_request(values["conversation"]))
    why = f"People said {quoted(said, 140)}" if said.strip() else "People took it so"
    lessons = [
        Lesson(
            level="task", taxonomy=f"form / {theme.name}", condition=theme.when or when,
            explanation=f"{theme.effect} {why}, and this {'would have spared it' if bad else 'earned it'}.",
            example="" if bad else quoted(values["response"], 120),
        )
        for theme in fresh
    ]  # fmt: skip
    lessons += [general(theme) for theme in fresh[:1]] + part(values, fresh)
    return Lessons(lessons=tuple(lessons[:4]))


def general(theme: Theme) -> Lesson:
    """The theme's lesson for any request."""
    explanation = f"Before an answer goes out, look once whether it does this: {lower_first(theme.effect)}"
    return Lesson(level="general", taxonomy="checking", condition="", explanation=explanation, example="")


def part(values: Values, themes: list[Theme]) -> list[Lesson]:
    """What the work on a part of it taught, where a step is told of."""
    if not values["steps"].strip() or not themes:
        return []
    done = themes[0].did
    return [
        Lesson(
            level="part", taxonomy=f"revision / {themes[0].name}", condition="When an answer is revised",
            explanation=f"{done}: it can be done with the answer's own words and loses nothing that was asked for.",
            example="",
        )
    ]  # fmt: skip


def condition_of(request: str) -> str:
    """The kind of request, or what it is about."""
    domain, _ = DOMAINS.get(kind_of(request), ("", set()))
    about = sorted(keywords(request, 6), key=lambda word: -len(word))[:2]
    return domain or (f"When asked about {' or '.join(about)}" if about else "")


def verify_lessons(values: Values) -> Vetting:
    """A lesson is sound when what people said speaks of the same thing and it gives no orders beyond how to answer."""
    spoken = {theme.name for theme in (*themes_in(values["said"]), *themes_of_complaint(values["said"]))}
    found = []
    for number, lesson in enumerate(read_candidates(values["lessons"]), start=1):
        borne_out = bool(spoken & {theme.name for theme in themes_in(lesson)})
        why = "What people said speaks of it." if borne_out else "Nothing people said bears it out."
        found.append(Verdict(number=number, sound=borne_out, because=why))
    return Vetting(verdicts=tuple(found[:40]))


def repair_condition(values: Values) -> Condition:
    """The words that the requests where it belonged share and the others lack."""
    belonged, strayed = read_candidates(values["belonged"]), read_candidates(values["strayed"])
    away = {word for text in strayed for word in telling_words(text)}
    shared = [word for word in keywords(" ".join(belonged), 40) if word not in away]
    common = sorted(shared, key=lambda word: -sum(word in telling_words(text) for text in belonged))[:4]
    if not common:
        return Condition(condition=values["condition"].strip() or "Always", because="No word sets the two lists apart.")
    because = f"Requests where it belonged speak of {', '.join(common)}; the others do not."
    return Condition(condition=f"When asked about {', '.join(common)}", because=because)


def answer_with_memory(values: Values) -> Reply:
    """An answer as without a memory, then without the faults that the lessons speak of."""
    request, reply = read_request(values["conversation"]), answer_message(values)
    if not any(who == "assistant" for who, _ in read_turns(values["conversation"])):
        count = len(blocks(values["memory"]))
        told = f"It would take {count} {'entry' if count == 1 else 'entries'} of the memory into account."
        return Reply(text=f"{reply.text} {told}")
    themes = lessons_in(values["memory"], request, reply.text)
    return Reply(text=mended(themes[:1], request, reply.text).text) if themes else reply


def lessons_in(memory: str, request: str, text: str) -> list[Theme]:
    """The themes of the lessons of a memory whose fault is to be seen in a text."""
    told = [words for name, words in blocks(memory) if not name.startswith("case")]
    meant = [theme for words in told for theme in themes_in(words)[:1]]
    return [theme for theme in dict.fromkeys(meant) if theme.fault(request, text)] if told else []
