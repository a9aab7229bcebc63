"""Exchanges about other matters, to put between a wish and the request it is for: the same for every principle.

They are plain on purpose: no lists, no greetings, no wishes of their own, so that they neither remind nor contradict.
"""

from __future__ import annotations

from typing import Any

EXCHANGES = (
    (
        "My bread dough rises well but falls as soon as I score it. What is going on?",
        "It has most likely proved too long. By then the gluten has stretched as far as it can, so the first cut "
        "lets the gas out and nothing holds the shape. Bake it when a finger pressed into it leaves a dent that "
        "fills slowly. A colder kitchen or a little less yeast gives you a wider window. Scoring at a shallow "
        "angle also helps, since it opens the skin without cutting deep into the crumb.",
    ),
    (
        "Was the Roman concrete in harbours really better than ours?",
        "For that use it aged better. It was mixed with volcanic ash, and sea water seeping in went on reacting "
        "with the ash and grew minerals in the cracks. Ours is stronger after a month, which is what a bridge "
        "needs, but the steel inside it rusts when salt gets in. So each was made for another purpose, and "
        "neither would do the other's work.",
    ),
    (
        "How far ahead do I have to book a night train from Vienna to Venice?",
        "Berths go first, often two months ahead in summer and around holidays. Seats are mostly to be had until "
        "the last week. Bookings open about six months before, and the cheap fares sell out early. If your dates "
        "are open, a Tuesday or a Wednesday leaves you more to choose from.",
    ),
    (
        "What is the difference between a violin and a viola besides the size?",
        "The viola is tuned a fifth lower, so it has a C string and no E string, and its music is written in the "
        "alto clef. Its body is smaller than its pitch would call for, because a larger one could not be held "
        "under the chin. That gives it the darker, slightly veiled sound that composers use for inner voices.",
    ),
    (
        "My tomatoes split just before they are ripe.",
        "Water comes in faster than the skin can stretch, mostly after a dry spell that ends with heavy rain or a "
        "soaking. Even watering prevents most of it, and a mulch keeps the soil from drying out between. Split "
        "fruit is good to eat if you pick it the same day. Some varieties with thinner skins do it whatever you "
        "do.",
    ),
    (
        "Who decides when a leap second is added?",
        "A service in Paris that follows the rotation of the Earth announces it about six months ahead, when the "
        "difference between atomic time and the Earth's own nears nine tenths of a second. None has been added "
        "since the end of 2016, and the plan is to stop doing it by 2035 and let the difference grow.",
    ),
    (
        "I am repainting an old wooden door. Do I have to strip it first?",
        "Only where the paint is loose. Wash it, sand the gloss away so that the new coat can hold, and fill the "
        "chips. If the door is from before the seventies the old paint may contain lead, so test it before you "
        "sand, and wet the surface if it does. A primer evens out what the old layers have left.",
    ),
    (
        "Can you tell me why some keyboards have the Z where others have the Y?",
        "The layout follows the language. In German the Z is common and stands next to letters it often meets, so "
        "it took the middle place, and the rare Y moved to the corner. In English it is the other way round. The "
        "rest of the layouts differ little, because both come from the same typewriter.",
    ),
    (
        "How do migrating birds find their way at night?",
        "They use several senses at once. Many read the stars around the pole, which they learn while young, and "
        "they feel the Earth's magnetic field. Coasts and rivers help when they can be seen. Young birds of some "
        "kinds fly alone on their first journey, with a direction they were born with, and correct it later.",
    ),
    (
        "Is it worth repairing a ten-year-old washing machine?",
        "It depends on what broke. A pump or a door seal is cheap and gives it years. Worn drum bearings cost "
        "nearly half of a new machine in labour, and the next fault is not far off. As a rule of thumb people "
        "repair when it costs less than a third of a new one of the same quality.",
    ),
    (
        "What made the sound barrier so hard to break?",
        "Near the speed of sound the air cannot get out of the way in time, so it piles up in front of the wings, "
        "and the drag rises steeply. Controls that worked well below it went stiff or acted the wrong way round. "
        "It took thin wings, a tail that moved as a whole and enough thrust to get through before anything shook "
        "loose.",
    ),
    (
        "My cat has begun to drink from the tap only.",
        "Many cats prefer moving water, and it may taste fresher than what stands in a bowl beside the food. A "
        "wide bowl away from the food, filled anew each day, sometimes settles it, or a small fountain. If she "
        "drinks clearly more than before, have her seen by a vet, since that can be an early sign of an illness.",
    ),
)


def talk_before(wish: str, request: str, *, turns: int, start: int = 0) -> list[dict[str, Any]]:
    """A conversation that begins with a wish, goes on about other things for so many turns and ends with a request.

    `start` says with which exchange to begin; after the last the first comes again.
    """
    messages = [{"role": "user", "content": wish}, {"role": "assistant", "content": "All right, I will."}]
    for number in range(turns):
        asked, answered = EXCHANGES[(start + number) % len(EXCHANGES)]
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return [*messages, {"role": "user", "content": request}]
