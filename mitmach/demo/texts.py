"""What is said: titles, texts and comments, put together from small vocabularies per topic.

Short and varied, as in an intranet; the people, places and things in it are made up.
"""

import random
from collections.abc import Mapping, Sequence

from shared.contract.events.vocabulary import Format, PostKind

_PLACES = ("Hall 3", "the east wing", "the plant", "the branch", "the yard", "building B")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_NUMBERS = ("two", "three", "four", "five", "six", "eight", "ten", "twelve")
_TEAMS = ("care", "the kitchen", "logistics", "IT", "sales", "research", "administration")

TOPICS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "news": (
        (
            "What changes in {place} next week",
            "Open house on {day}",
            "New opening hours of the reception",
            "{team}: a new team is there",
            "Parking at {place}",
            "The week in {number} points",
            "Fire drill on {day}",
        ),
        (
            "It begins on {day} at nine.",
            "The details are in the calendar of {team}.",
            "Please tell those who have no screen at work.",
            "Questions are welcome below.",
            "Nothing changes for the night shift.",
        ),
    ),
    "strategy": (
        (
            "Where we stand, in five minutes",
            "The quarter in {number} figures",
            "Why {place} comes first",
            "What we will stop doing",
            "Results of the survey",
        ),
        (
            "We are ahead in {number} of twelve goals.",
            "The largest step is done in {place}.",
            "What is missing is said as well.",
            "The board answers questions on {day}.",
        ),
    ),
    "it": (
        (
            "Printer in {place} is offline",
            "The new sign-in, step by step",
            "Update on {day} evening",
            "No sound in video calls",
            "Who can open the shared calendar?",
            "Wi-Fi in {place}",
        ),
        (
            "I have restarted it {number} times.",
            "The message says that the licence has ended.",
            "It works again after signing in once more.",
            "Since {day} it is slow in the morning.",
        ),
    ),
    "tools": (
        (
            "A shortcut that saves me an hour",
            "Template for minutes, {number} lines",
            "Which tool for floor plans?",
            "How {team} keeps its lists",
        ),
        (
            "It took me {number} minutes to set up.",
            "The template is attached to the channel.",
            "Better ideas are welcome.",
        ),
    ),
    "photography": (
        (
            "The light this morning in {place}",
            "Reflections",
            "First frost",
            "{number} minutes before sunrise",
            "Steam and steel",
            "People at work, from behind",
            "Try black and white",
        ),
        (
            "Taken on the way to {place}.",
            "A phone, nothing else.",
            "Cropped a little, nothing added.",
            "The next walk with cameras is on {day}.",
        ),
    ),
    "leisure": (
        (
            "Board games on {day}",
            "Who has seen the exhibition?",
            "A walk of {number} kilometres",
            "Tickets to swap",
        ),
        (
            "We are {number} so far.",
            "Bring whoever you like.",
            "We meet at the gate of {place}.",
        ),
    ),
    "food": (
        (
            "Soup of the week",
            "More vegetables on {day}",
            "The best lentils so far",
            "Recipe: bread for {number}",
            "Late lunch for the early shift?",
        ),
        (
            "There was none left at noon.",
            "The recipe is for {number} people.",
            "Thanks to the kitchen!",
            "Could it be on the list for {day} again?",
        ),
    ),
    "onboarding": (
        (
            "My first week in {team}",
            "Where do I find working clothes?",
            "{number} things I would have liked to know",
            "Hello from {place}",
            "Who shows me the archive?",
        ),
        (
            "Everybody has been kind to me.",
            "I began on {day} and know {number} names.",
            "The map of {place} helped a lot.",
        ),
    ),
    "running": (
        (
            "{number} kilometres along the river",
            "Slow group on {day}",
            "Shoes for wet leaves?",
            "Company run: who is in?",
            "Intervals, explained",
        ),
        (
            "We start at half past five at {place}.",
            "All speeds, nobody is left behind.",
            "I needed {number} minutes longer than last year.",
        ),
    ),
    "sport": (
        (
            "League, day {number}",
            "The table after {day}",
            "Volleyball: {number} places are free",
            "Who has a key to the hall?",
        ),
        (
            "Hard to believe, but {team} leads.",
            "Next match on {day} at noon.",
            "Spectators are welcome.",
        ),
    ),
    "family": (
        (
            "School holidays and shifts",
            "Swap: late shift on {day}",
            "Day-care with {number} free places",
            "Forms for parental leave",
        ),
        (
            "I can offer {day} in return.",
            "The office in {place} was helpful.",
            "Has anybody done this before?",
        ),
    ),
    "health": (
        (
            "Moving more between two meetings",
            "{number} minutes for the back",
            "Flu shots in {place}",
            "Standing desks: first weeks",
        ),
        (
            "No equipment needed.",
            "On {day} we do it together.",
            "My shoulders say thank you.",
        ),
    ),
    "prevention": (
        (
            "Lifting right, a reminder",
            "Noise in {place} was measured",
            "First aid: {number} places are free",
        ),
        (
            "The course takes {number} hours.",
            "Ear plugs are at the entrance.",
            "Ask {team} for a date.",
        ),
    ),
    "climate": (
        (
            "Less waste in the kitchen",
            "Lights off in {place}",
            "{number} per cent less power",
            "Cups that come back",
            "Heating: what one degree does",
        ),
        (
            "We measured for {number} weeks.",
            "{team} has tried it and keeps it.",
            "It costs nothing but a habit.",
        ),
    ),
    "cycling": (
        (
            "A safer way to {place}",
            "Repair stand on {day}",
            "{number} hundred kilometres this week",
            "Showers, again",
            "Rain, and still {number} of us",
        ),
        (
            "The path along the canal is open again.",
            "Tubes and a pump are in {place}.",
            "I was {number} minutes faster than the bus.",
        ),
    ),
    "ideas": (
        (
            "What if we tried this in {place}",
            "{number} ideas from {team}",
            "A shelf for things that are left over",
            "One meeting less on {day}",
            "A map of who knows what",
        ),
        (
            "A try would take {number} weeks.",
            "We need {number} people and a room.",
            "What speaks against it?",
        ),
    ),
    "research": (
        (
            "What {number} interviews told us",
            "Prototype, second round",
            "Visitors' paths in {place}",
            "What failed, and why that's fine",
        ),
        (
            "The numbers are small, the direction is clear.",
            "Come and try it in {place} on {day}.",
            "{team} lends us a desk.",
        ),
    ),
    "accessibility": (
        (
            "The door of {place} is too heavy",
            "Subtitles for all films",
            "Contrast: a check in {number} steps",
            "Documents that can be read aloud",
        ),
        (
            "It concerns more people than one thinks.",
            "{team} has changed its template.",
            "Tell us where you get stuck.",
        ),
    ),
    "music": (
        (
            "Rehearsal on {day}",
            "Who plays the bass?",
            "{number} songs for the summer party",
            "A recording, with mistakes",
        ),
        (
            "Nobody has to read notes.",
            "We need {number} low voices.",
            "The hall is ours until nine.",
        ),
    ),
    "council": (
        (
            "Working hours: where we are",
            "Consultation on {day}",
            "{number} answers on the new roster",
            "What the agreement says",
        ),
        (
            "The talks go on on {day}.",
            "Nothing is signed yet.",
            "Come by in {place}, or write.",
        ),
    ),
}
"""What a topic is spoken of with: titles, and sentences of which a text takes some."""

_OF_FORMAT: Mapping[Format, str] = {
    "photo": "A picture says more.",
    "video": "The film takes two minutes.",
    "link": "Worth reading, follow the link.",
    "document": "The file is attached.",
    "audio": "To listen to on the way home.",
}
_OF_KIND: Mapping[PostKind, str] = {
    "question": "Does anybody know?",
    "idea": "What do you think?",
    "kudos": "Thank you, {team}!",
}

_ANSWERS: Mapping[PostKind, tuple[str, ...]] = {
    "question": (
        "Sign out and in again, that helped here.",
        "Ask at the desk in {place}, they have one.",
        "Same here since {day}.",
        "It is described in the handbook, page {number}.",
        "I can show you on {day}.",
        "Solved it last week, I will call you.",
    ),
    "idea": (
        "I would try it with a smaller group first.",
        "Count me in.",
        "We had that in {place}; it worked for {number} weeks.",
        "What would it cost?",
        "Good, and who takes care of it?",
    ),
    "news": (
        "Good to know, thank you.",
        "Does this hold for {place} too?",
        "At last!",
        "Is there a date for {team} already?",
    ),
    "kudos": ("Well earned!", "They are the best.", "I can only agree."),
    "discussion": (
        "Thank you, that helps.",
        "I am in!",
        "Could you say more about the second point?",
        "We do it the same way in {place}.",
        "This made my day.",
        "On {day} I can't, any other day is fine.",
        "Let us talk about it at lunch.",
        "Sounds right to me.",
        "I see it a bit differently: {team} needs more time.",
    ),
}
_PRAISE: Mapping[str, tuple[str, ...]] = {
    "photo": ("Great picture.", "What a light!", "Where was that?"),
    "video": ("Well filmed!", "I have watched it {number} times.", "More of these, please."),
}
_REPLIES = (
    "Exactly.",
    "Thanks for the hint!",
    "That was my thought, too.",
    "Since when?",
    "I will try it on {day}.",
    "Ah, now I see.",
)
ADDED = ("Edit: the time was wrong, it is half past.", "Edit: the room has changed.")
"""What is added to a post later."""

_MENU = ("Lentils with spinach", "Fish and potatoes", "Pasta with mushrooms", "Vegetable curry")
_ENDINGS: Mapping[Format, str] = {
    "photo": ".jpg",
    "video": ".mp4",
    "link": "/",
    "document": ".pdf",
    "audio": ".mp3",
}


def _filled(template: str, rng: random.Random) -> str:
    said = template.format(
        place=rng.choice(_PLACES),
        day=rng.choice(_DAYS),
        number=rng.choice(_NUMBERS),
        team=rng.choice(_TEAMS),
    )
    return said[:1].upper() + said[1:]


def title(topic: str, rng: random.Random) -> str:
    """Something to put above a post on a topic."""
    return _filled(rng.choice(TOPICS[topic][0]), rng)


def text(topic: str, format_: Format, kind: PostKind, rng: random.Random) -> str:
    """What a post on a topic says, in one to four sentences."""
    known = TOPICS[topic][1]
    said = rng.sample(known, rng.randint(1, min(2, len(known))))
    said += [words for words in (_OF_FORMAT.get(format_), _OF_KIND.get(kind)) if words]
    return " ".join(_filled(sentence, rng) for sentence in said)


def comment(format_: Format, kind: PostKind, rng: random.Random) -> str:
    """An answer to a post."""
    praise: Sequence[str] = _PRAISE.get(format_, ())
    return _filled(rng.choice([*_ANSWERS[kind], *praise]), rng)


def reply(rng: random.Random) -> str:
    """An answer to a comment."""
    return _filled(rng.choice(_REPLIES), rng)


def menu(rng: random.Random) -> str:
    """What the canteen's program says in the morning."""
    return " or ".join(rng.sample(_MENU, 2)) + "."


def media(format_: Format, name: str) -> list[dict[str, str]]:
    """What a post of this format refers to; a text refers to nothing.

    Args:
        format_: The format.
        name: Names the thing in its address.
    """
    ending = _ENDINGS.get(format_)
    if ending is None:
        return []
    return [{"url": f"https://media.example/{name}{ending}", "alt": f"A {format_}"}]
