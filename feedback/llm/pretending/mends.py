"""How the simulated model mends a fault of a certain kind: each function gives the new text, or the old one unchanged.

They select, cut and put in order what the response itself says and add no sentence of their own: a model that knows
nothing has nothing to add. Each is the counterpart of a function in `faults`; after it, that fault is gone.
"""

from __future__ import annotations

import re

from feedback.llm.pretending.shapes import (
    ASKS_WHAT,
    CONCLUSION,
    FAREWELL,
    HEDGE,
    OF_ITS_OWN_GREETING,
    PLEASANTRY,
    SUMMARY,
    asks_for_parts,
    asks_for_several,
    ends_open,
    has_own_form,
    is_laid_out,
    is_sound,
    is_worked_out,
    leans,
    without_echo,
)
from feedback.llm.pretending.texts import (
    ITEM,
    has_code,
    has_list,
    sentences,
    shared_share,
    spoken,
    telling_words,
    upper_first,
    words,
)

PLAIN_WORDS = {
    "utilize": "use", "utilizes": "uses", "utilized": "used", "utilizing": "using", "numerous": "many",
    "commence": "begin", "commences": "begins", "facilitate": "help", "facilitates": "helps",
    "demonstrate": "show", "demonstrates": "shows", "demonstrated": "showed", "approximately": "about",
    "individuals": "people", "subsequently": "later", "sufficient": "enough", "obtain": "get", "obtains": "gets",
    "furthermore": "also", "moreover": "also", "additionally": "also", "nevertheless": "still", "regarding": "about",
    "whilst": "while", "in order to": "to", "prior to": "before", "due to the fact that": "because",
    "a large number of": "many", "persuade": "convince", "assistance": "help", "thus": "so", "hence": "so",
}  # fmt: skip
HEAVY = re.compile(rf"\b(?<!\ba )(?<!\ban )(?:{'|'.join(sorted(PLAIN_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
SERIES = re.compile(r"^(?P<lead>[^,;:\n]*?\b(?:include|includes|are|such as)|[^:\n]{3,160}:)\s+(?P<items>[^\n]+?)[.]?$")


# Cutting


def shorten(request: str, text: str) -> str:
    """The first sentence and those nearest the request, in their order, within the limit."""
    if has_code(text) or is_worked_out(text) or (has_own_form(request, text) and not SUMMARY.search(request)):
        return text
    bare = drop_preamble(request, text)
    pieces = sentences(bare)
    groups = _groups(pieces)
    allowed = word_limit(request)
    if has_list(bare) or is_laid_out(bare) or len(groups) < 2 or len(words(bare)) <= allowed:
        return bare
    kept = {0, *_only_mentions(request, groups)}
    count = sum(len(words("".join(groups[place]))) for place in kept)
    ranked = sorted(set(range(len(groups))) - kept, key=lambda place: (-_nearness(request, groups[place]), place))
    for place in ranked:
        size = len(words("".join(groups[place])))
        if count + size <= allowed:
            kept.add(place)
            count += size
    if len(kept) == len(groups):
        return bare
    return _if_sound("".join("".join(groups[place]) for place in sorted(kept)).strip(), bare)


def _if_sound(new: str, old: str) -> str:
    """The new text, unless a cut went through a quotation or brackets."""
    return new if is_sound(new) or not is_sound(old) else old


def word_limit(request: str) -> int:
    """How many words are plenty: a short question calls for a short answer."""
    if SUMMARY.search(request):
        return 40
    return 45 if ASKS_WHAT.match(request) and len(words(request)) <= 25 and not asks_for_several(request) else 100


def _groups(pieces: list[str]) -> list[list[str]]:
    """Sentences with those that lean on them, so that no “it” loses what it stands for."""
    groups: list[list[str]] = []
    for piece in pieces:
        if groups and (leans(piece) or ends_open(groups[-1][-1]) or not is_sound("".join(groups[-1]))):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _only_mentions(request: str, groups: list[list[str]]) -> list[int]:
    """The groups that alone take up some word of the request."""
    stems = {word[:5] for word in telling_words(request)}
    there = [stems & {word[:5] for word in telling_words("".join(group))} for group in groups]
    return [place for place, mine in enumerate(there) if mine - set().union(*there[:place], *there[place + 1 :])]


def _nearness(request: str, group: list[str]) -> float:
    return round(shared_share("".join(group), request), 2)


def drop_preamble(request: str, text: str) -> str:
    """Without greeting, announcement, farewell, and the question said over again."""
    if OF_ITS_OWN_GREETING.search(request[:200]):
        return text
    bare = PLEASANTRY.sub("", text, count=1).lstrip("\n")
    bare = bare if words(bare) else text
    shorter = FAREWELL.sub("", bare).rstrip()
    bare = shorter if words(shorter) else bare
    if not has_own_form(request, bare):
        bare = without_echo(request, bare)
    return text if bare.strip() == text.strip() else upper_first(bare.strip())


def say_once(request: str, text: str) -> str:
    """The first of sentences that say the same; sums and refrains stay."""
    if has_own_form(request, text) or is_worked_out(text):
        return text
    enough = 1.0 if has_list(text) or is_laid_out(text) else 0.8
    kept: list[str] = []
    seen: list[set[str]] = []
    for piece in sentences(text):
        now = {*telling_words(piece), *(word for word in words(piece) if word.isdigit())}
        ended = piece.strip()[-1:] in ".!?…"
        again = ended and len(now) >= 3 and any(_says(before, now, enough) for before in seen)
        if not again:
            kept.append(piece)
        seen.append(now)
    return _if_sound("".join(kept).strip(), text) if len(kept) < len(seen) else text


def _says(before: set[str], now: set[str], enough: float) -> bool:
    """Whether a sentence of these words has been said, with every number in it."""
    numbers = {word for word in now if word.isdigit()}
    return numbers <= before and len(now & before) >= enough * len(now)


def keep_to_request(request: str, text: str) -> str:
    """Without sentences that share no word with the request, where most others do."""
    if has_own_form(request, text) or is_worked_out(text) or has_list(text) or is_laid_out(text):
        return text
    if SUMMARY.search(request):
        return text
    groups = _groups(sentences(text)) if len(spoken(text)) > 2 else []
    near = [place for place, group in enumerate(groups) if place == 0 or _nearness(request, group) > 0]
    near = near if not groups or _nearness(request, groups[0]) > 0 else []
    tail = _tail(request, groups[near[-1]]) if near else 0
    if not near or (len(near) == len(groups) and not tail):
        return text
    kept = [piece for place in near for piece in groups[place]]
    new = "".join(kept[: len(kept) - tail]).strip()
    return _if_sound(new, text) if 2 * len(words(new)) >= len(words(text)) else text


def _tail(request: str, group: list[str]) -> int:
    """How many sentences at the end of a group share no word with the request."""
    count = 0
    while count < len(group) - 1 and not shared_share(group[-1 - count], request):
        count += 1
    return count if count < len(group) - 1 or shared_share(group[0], request) else 0


def hedge_in(request: str, text: str) -> str:
    """The first hedging words that can go."""
    if has_own_form(request, text) or SUMMARY.search(request):
        return ""
    found = HEDGE.search(text)
    return found[0].strip(" ,\n") if found else ""


def drop_hedges(request: str, text: str) -> str:
    """Leave the hedging words out."""
    if not hedge_in(request, text):
        return text
    plain = re.sub(HEDGE.pattern.replace(r"(?=(\S))", r"(\S)"), _after_hedge, text, flags=re.IGNORECASE)
    return drop_hedges(request, plain) if plain != text else text


def _after_hedge(found: re.Match[str]) -> str:
    return found[1].upper() if found[0][0].isupper() and (found.start() == 0 or _begins(found)) else found[1]


def _begins(found: re.Match[str]) -> bool:
    before = found.string[: found.start()].rstrip(' \t"“(*_-')
    return not before or before[-1] in ".!?…:\n"


# Putting in order


def answer_first(request: str, text: str) -> str:
    """The sentence that answers, moved to the front."""
    place = _answer_place(request, text)
    if place < 1:
        return text
    pieces = sentences(text)
    answer = CONCLUSION.sub("", ITEM.sub("", pieces[place]).strip())
    answer = upper_first(answer) if re.match(r"[^\W\d_]{2}", answer) else answer
    answer = answer if answer[-1] in '.!?…"”' else answer + "."
    rest = "".join(pieces[:place] + pieces[place + 1 :]).strip()
    apart = "\n\n" if "\n" in rest else " "
    return _if_sound(f"{answer}{apart}{rest}", text)


def answer_of(request: str, text: str) -> str:
    """The sentence that answers."""
    return sentences(text)[max(0, _answer_place(request, text))].strip()


def _answer_place(request: str, text: str) -> int:
    """Where the answer stands when it could stand first as well; -1 when it need not or cannot be moved."""
    pieces = sentences(text)
    said = [place for place, piece in enumerate(pieces) if words(piece)]
    if len(said) < 2 or has_own_form(request, text) or SUMMARY.search(request):
        return -1
    last = said[-1]
    if CONCLUSION.match(pieces[last].strip()) and not leans(CONCLUSION.sub("", pieces[last].strip()).capitalize()):
        return last
    if "\n" in text.strip() or is_worked_out(text) or leans(pieces[0]) or shared_share(request, pieces[0]):
        return -1
    best = max(said, key=lambda place: (shared_share(request, pieces[place]), -place))
    ahead = shared_share(request, pieces[best])
    free = not leans(pieces[best]) and (best == last or not leans(pieces[best + 1])) and not ends_open(pieces[best])
    return best if best > 0 and ahead >= 0.3 and free and not pieces[best].strip().endswith("?") else -1


def make_list(request: str, text: str) -> str:
    """One thing a line: the members of a series, or sentences each of which stands by itself."""
    if has_list(text) or has_own_form(request, text) or is_worked_out(text) or SUMMARY.search(request):
        return text
    series = _series(request, text.strip())
    if series:
        return series
    lines = [line for line in text.strip().splitlines() if line.strip()]
    pieces = [piece.strip() for piece in sentences(text) if words(piece)]
    if (
        not asks_for_parts(request)
        or len(lines) > 1
        or len(pieces) < 3
        or any(leans(piece) or piece.endswith("?") or piece.startswith("I ") for piece in pieces)
    ):
        return text
    return "\n".join(f"- {piece}" for piece in pieces) if all(map(is_sound, pieces)) else text


def _series(request: str, text: str) -> str:
    """“They are A, B and C.” as a lead and three items; "" when it is not such a sentence."""
    found = SERIES.match(text)
    lead, inner = (found["lead"], found["items"]) if found else ("", text.rstrip("."))
    items = [re.sub(r"^(?:and|or)\s+", "", item.strip()) for item in re.split(r",\s+(?:and\s+|or\s+)?", inner)]
    if items and " and " in items[-1] and len(items) == 2:
        items = [items[0], *items[-1].split(" and ", 1)]
    short = all(1 <= len(words(item)) <= 6 for item in items)
    named = all(re.match(r"[\"“]?[A-Z]", item) for item in items)
    if (
        len(items) < 3
        or not short
        or not (lead or " - " in text)
        or not (named or lead.endswith(":") or asks_for_several(request))
    ):
        return ""
    if all(re.fullmatch(r"[-\d./]+", item) for item in items):
        return ""
    opening = [lead.rstrip(":") + ":"] if lead else []
    return "\n".join([*opening, *(f"- {upper_first(item)}" for item in items)])


def make_prose(request: str, text: str) -> str:
    """The items of its one list as running text: phrases in a row, sentences one after the other."""
    if not has_list(text) or has_code(text) or is_worked_out(text):
        return text
    lines = [line for line in text.splitlines() if line.strip()]
    marked = [place for place, line in enumerate(lines) if ITEM.match(line)]
    first, last = marked[0], marked[-1]
    before, after = [line.strip() for line in lines[:first]], [line.strip() for line in lines[last + 1 :]]
    items = [ITEM.sub("", line).strip() for line in lines[first : last + 1]]
    ended = all(line[-1] in '.!?…"”' for line in [*before[:-1], *after]) and (not before or before[-1][-1] in ".!?:")
    if len(marked) != last - first + 1 or not ended or any(not words(item) or item[-1] == ":" for item in items):
        return text
    told = _told(items)
    lead = [f"{before.pop()} {told}" if before and before[-1].endswith(":") else upper_first(told)] if told else []
    return "\n\n".join([*before, *lead, *after]) if told else text


def _told(items: list[str]) -> str:
    """Items as running text; "" when some are sentences and some are not."""
    if all(item[-1] in '.!?…"”' for item in items):
        return " ".join(upper_first(item) for item in items)
    if any(item[-1] in ".!?…" for item in items) or any(len(words(item)) > 15 for item in items):
        return ""
    apart = "; " if any("," in item for item in items) and len(items) > 2 else ", "
    return f"{apart.join(items[:-1])}{';' if apart == '; ' else ''} and {items[-1]}."


# Wording


def heavy_words_in(request: str, text: str) -> list[str]:
    """The heavy words that have a plainer twin here."""
    return [] if has_own_form(request, text) else HEAVY.findall(text)


def use_plain_words(request: str, text: str) -> str:
    """Put the plainer twin in place of a heavy word."""

    def plain(found: re.Match[str]) -> str:
        twin = PLAIN_WORDS[found[0].lower()]
        return upper_first(twin) if found[0][0].isupper() else twin

    return HEAVY.sub(plain, text) if heavy_words_in(request, text) else text


def leave(request: str, text: str) -> str:
    """Nothing: what the principle asks for is not in the response's own words."""
    return text
