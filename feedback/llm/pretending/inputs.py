"""Requests that the simulated model has ready, by kind: for where a principle applies, close by, and anywhere.

It takes the kind of request from the words of a principle's situation, else from what the principle speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedback.llm.answers import Requests
from feedback.llm.material import read_candidates
from feedback.llm.pretending.texts import telling_words, words
from feedback.llm.pretending.themes import ANY_REQUEST, KINDS, applies, domain_of, effect_of, themes_in

Values = Mapping[str, str]
READY = {
    "several": (
        "Give me four tips for a first night in a tent.",
        "What are three ways to keep bread fresh for longer?",
        "List the steps to change a bicycle tyre.",
        "Which five plants get by on a dark balcony?",
        "I need several ideas for a rainy afternoon with two small children.",
        "Name three risks of renting out my flat while I am away.",
        "What are the steps to open a bank account abroad?",
        "Tell me six things to check before buying a used car.",
    ),
    "stories": (
        "Write the opening of a story about a lighthouse keeper who is afraid of the dark.",
        "A haiku about the first snow, please.",
        "Write a short poem for my grandmother's ninetieth birthday.",
        "Tell a bedtime story about a hedgehog and a borrowed coat.",
        "Write a song for a choir that has lost its conductor.",
        "I would like a poem about waiting for a train that does not come.",
        "Make up a story in which a map is wrong on purpose.",
        "Write a piece of fiction about a town without clocks.",
    ),
    "summaries": (
        "Summarize this: The council heard both sides on the new bridge on Monday and put off its decision.",
        "Please summarise the plot of Romeo and Juliet for somebody who has to leave in a minute.",
        "TL;DR? Our supplier raised its prices by a tenth, blames freight, and offers a longer contract.",
        "Give me a summary of what photosynthesis does.",
        "Shorten this for a notice board: The lift will be out of order from Tuesday morning until Thursday evening.",
        "Can you summarize the rules of offside for my aunt?",
        "A summary of the causes of the First World War, please.",
        "Summarise this review: The room was clean, the bed too soft, breakfast late, and the staff kind.",
    ),
    "code": (
        "Write a Python function to count the vowels in a string.",
        "I need a regex that finds dates written as 2024-05-31.",
        "Write code that reverses a linked list.",
        "Give me an SQL query for the ten customers who spent most last year.",
        "How would a program tell whether a word is a palindrome? Show the code.",
        "Write a function to merge two sorted lists in Python.",
        "Show code that reads a CSV file and prints its second column.",
        "Write a program that draws a square of stars in the terminal.",
    ),
    "arithmetic": (
        "What is 17 * 24?",
        "How many days are there from 3 March to 19 June?",
        "Solve 3x + 5 = 20 for x.",
        "A recipe for 4 takes 300 g of flour. How many grams for 10 people?",
        "Calculate the area of a circle with a radius of 7 cm.",
        "Is 221 a prime number?",
        "How many minutes are in 3.5 hours?",
        "Divide 1,450 by 25.",
    ),
    "advice": (
        "My friend keeps cancelling on me at the last minute. What do I do?",
        "Should I take the job that pays less but is closer to home?",
        "I need advice: my boss praises others for my work.",
        "Can you recommend how to get used to night shifts?",
        "Should I tell my sister that I do not like her new partner?",
        "My husband wants a dog and I do not. Any advice?",
        "What would you suggest for somebody who cannot fall asleep?",
        "I am thinking of learning the cello at fifty. Should I?",
    ),
    "explanations": (
        "Why is the sky blue?",
        "Explain how a refrigerator stays cold.",
        "How does a vaccine work?",
        "What does inflation mean? Please explain.",
        "Why do leaves turn red in autumn?",
        "Describe how tides come about.",
        "How is glass made?",
        "Explain the difference between weather and climate.",
    ),
    "translations": (
        "Translate into French: Where is the station?",
        "How do you say thank you in Finnish? Translate it, please.",
        "Translate this into plain German: The meeting was adjourned.",
        "Please translate ‘la vie est belle’.",
        "Translate the sign ‘Mind the gap’ into Spanish.",
        "Translate ‘See you tomorrow’ into Italian.",
        "Can you translate ‘Errare humanum est’?",
        "Translate into English: Morgen ist auch noch ein Tag.",
    ),
}  # fmt: skip
# Where a complaint about this mostly comes from, when no situation is named; and what lies close by each kind.
HOME = {"structure": "several", "completeness": "several", "warmth": "advice", "example": "explanations"}
CLOSE_BY = {
    "several": "stories", "stories": "advice", "summaries": "explanations", "code": "arithmetic",
    "arithmetic": "several", "advice": "translations", "explanations": "stories", "translations": "summaries",
}  # fmt: skip
ON_A_TOPIC = (
    "Can you help me with {topic}?", "What should one know about {topic}?", "I have a question about {topic}.",
    "How do people usually deal with {topic}?", "Tell me something about {topic} that surprises most people.",
    "My neighbour asked me about {topic}, and I did not know what to say.", "Is there anything new on {topic}?",
    "What goes wrong most often with {topic}?",
)  # fmt: skip


def topic_of(domain: str) -> list[str]:
    """The words that tell a situation from any other."""
    return [word for word in telling_words(domain) if word not in ANY_REQUEST and word != "there"]


def fits(principle: str, request: str) -> bool:
    """Whether the situation a principle names is given; always where it names none."""
    domain = domain_of(principle)
    if kind_named(domain):
        return applies(principle, request)
    about = {word[:5] for word in topic_of(domain)}
    return not about or bool(about & {word[:5] for word in words(request)})


def kind_named(domain: str) -> str:
    """The kind of request a situation names, or ""."""
    return next((kind for kind, (named, _) in KINDS.items() if domain and re.search(named, domain, re.IGNORECASE)), "")


def kind_meant(principle: str) -> str:
    """The kind of request a principle is mostly for; "" for a topic of its own."""
    domain = domain_of(principle)
    if kind := kind_named(domain):
        return kind
    if topic_of(domain):
        return ""
    return next((HOME[theme.name] for theme in themes_in(effect_of(principle)) if theme.name in HOME), "explanations")


def write_in_scope(values: Values) -> Requests:
    """Those of the kind, or on the topic, that it names."""
    principle = values["principle"]
    kind = kind_meant(principle)
    topic = " ".join(topic_of(domain_of(principle))[:3])
    ready = READY[kind] if kind else [line.format(topic=topic) for line in ON_A_TOPIC]
    return chosen(values, [one for one in ready if fits(principle, one)] or list(ready))


def write_near_scope(values: Values) -> Requests:
    """Those of a kind close by, as far as it does not apply there."""
    principle = values["principle"]
    close = READY[CLOSE_BY[kind_meant(principle) or "advice"]]
    return chosen(values, [one for one in close if not domain_of(principle) or not fits(principle, one)])


def write_general(values: Values) -> Requests:
    """One of each other kind, then a second one."""
    principle = values["principle"]
    kind = kind_meant(principle) or "advice"
    others = [requests for name, requests in READY.items() if name not in {kind, CLOSE_BY[kind]}]
    mixed = [requests[place] for place in range(8) for requests in others]
    return chosen(values, [one for one in mixed if not domain_of(principle) or not fits(principle, one)])


def chosen(values: Values, ready: list[str]) -> Requests:
    """As many as were asked for, without those there are."""
    known = set(read_candidates(values["known"]))
    return Requests(requests=tuple([one for one in ready if one not in known][: int(values["count"])]))
