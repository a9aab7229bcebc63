"""Forms to begin from: the default and a few that follow published ways of asking. Pure."""

from __future__ import annotations

from feedback.capture.definition import DEFAULT, FIVE, Aspect, Category, Definition, Named

# Fine-Grained RLHF (Wu et al. 2023): three types of error at three granularities, each with a weight of its own.
FINE_GRAINED = Definition(
    aspects=(Aspect(name="overall", label="Overall", anchors=FIVE),),
    categories=(
        Category(name="relevance", label="Off topic or badly put", level="phrase", weight=-0.3, objective="relevance"),
        Category(
            name="irrelevant", label="Irrelevant", parent="relevance", key="i", weight=-0.3, objective="relevance"
        ),
        Category(name="redundant", label="Redundant", parent="relevance", key="r", weight=-0.3, objective="relevance"),
        Category(
            name="incoherent", label="Incoherent", parent="relevance", key="c", weight=-0.3, objective="relevance"
        ),
        Category(name="factuality", label="Facts", level="sentence", weight=-0.5, objective="factuality"),
        Category(
            name="wrong", label="Wrong fact", parent="factuality", level="sentence", key="w", objective="factuality"
        ),
        Category(
            name="unverifiable",
            label="Cannot be verified",
            parent="factuality",
            level="sentence",
            key="u",
            objective="factuality",
        ),
        Category(
            name="missing",
            label="Missing information",
            level="response",
            key="m",
            weight=-0.3,
            objective="completeness",
        ),
    ),
    perspectives=(),
)

# Learning New Skills after Deployment (Xu et al. 2022): thumb, free words, reason for failure with the failing step.
DEPLOYED = Definition(
    aspects=(Aspect(name="overall", label="Is this turn good?", style="thumbs", scale=2, anchors={1: "No", 2: "Yes"}),),
    failures=(
        Named(name="search-query", label="It searched for the wrong thing"),
        Named(
            name="search-results", label="It found nothing of use", help="The search was right, the results were not"
        ),
        Named(name="ignored", label="It found the right thing and did not use it"),
        Named(name="other", label="Something else is wrong"),
    ),
    stages=(
        Named(name="query", label="Writing the search"),
        Named(name="retrieval", label="Searching"),
        Named(name="answer", label="Writing the answer"),
    ),
    spans=False,
    ranking=False,
)

# Multi-level feedback for counsellors in training (Chaszczewicz et al. 2024): goals, skills, and what to say instead.
COUNSELLING = Definition(
    aspects=(Aspect(name="appropriate", label="Is this an appropriate reply?", style="thumbs", scale=2),),
    categories=(
        Category(name="listening", label="Listening", level="sentence", help="Skills of taking in"),
        Category(
            name="reflection",
            label="Reflections",
            parent="listening",
            level="sentence",
            key="r",
            polarity="kudos",
            weight=0.5,
        ),
        Category(
            name="validation",
            label="Validation",
            parent="listening",
            level="sentence",
            key="v",
            polarity="kudos",
            weight=0.5,
        ),
        Category(
            name="empathy", label="Empathy", parent="listening", level="sentence", key="e", polarity="kudos", weight=0.5
        ),
        Category(name="no-reflection", label="Reflection missing", parent="listening", level="response", weight=-0.3),
        Category(name="leading", label="Leading", level="sentence", help="Skills of going on"),
        Category(
            name="questions",
            label="Questions",
            parent="leading",
            level="sentence",
            key="q",
            polarity="kudos",
            weight=0.3,
        ),
        Category(name="suggestions", label="Suggestions", parent="leading", level="sentence", key="s", weight=-0.2),
        Category(name="harmful", label="Could do harm", level="phrase", key="h", weight=-1.0),
    ),
    perspectives=(
        Named(name="goal", label="Goal", help="What this reply should reach in the conversation"),
        Named(name="alignment", label="Fit", help="What to say instead so that it serves the goal"),
    ),
    ranking=False,
)

# Learning from user reactions (RLUF): a heart, never alone, beside helpfulness and safety.
REACTIONS = Definition(
    aspects=(
        Aspect(name="heart", label="Heart", style="reaction", scale=2, objective="reaction"),
        Aspect(name="helpful", label="Helpful", anchors=FIVE, objective="helpfulness"),
        Aspect(name="safe", label="Safe", anchors={1: "Harmful", 5: "Safe"}, objective="safety"),
    ),
    categories=DEFAULT.categories,
)

STARTS: dict[str, Definition] = {
    "default": DEFAULT,
    "fine-grained": FINE_GRAINED,
    "deployed": DEPLOYED,
    "counselling": COUNSELLING,
    "reactions": REACTIONS,
}
