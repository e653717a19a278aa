"""Who may see the figures of a group and of its posts."""

import pytest

from services.metrics.api.access import KnownCaller, group_facts, post_facts
from services.metrics.store.read.communities import GroupFigures
from shared.contract.access import Action, NotAllowed, NotVisible, authorize
from shared.contract.principal import Principal, Standing


def principal(*roles: str, name: str = "somebody") -> Principal:
    return Principal(name, frozenset(roles), Standing.ACTIVE)


def group(visibility: str) -> GroupFigures:
    return GroupFigures(
        group_id="g",
        kind="community",
        visibility=visibility,
        status="active",
        created_at=None,
        owners=frozenset({"owner"}),
        moderators=frozenset({"moderator"}),
        members=1,
        posts=0,
        comments=0,
        entries=0,
        contributed_at=None,
    )


def ask(who: Principal, visibility: str, action: Action, *, content: bool) -> None:
    facts = group_facts(group(visibility), KnownCaller(who))
    if content:
        facts = post_facts(group(visibility), None, KnownCaller(who))
    authorize(who, action, facts)


@pytest.mark.parametrize("standing", [Standing.ACTIVE, Standing.SUSPENDED])
@pytest.mark.parametrize("visibility", ["open", "closed", "secret"])
def test_authors_see_the_figures_of_their_own_posts_while_they_are_active(
    visibility: str, standing: Standing
) -> None:
    author = Principal("author", frozenset(), standing)
    facts = post_facts(group(visibility), 7, KnownCaller(author, 7))
    if standing is Standing.ACTIVE:
        authorize(author, Action.READ_POST_FIGURES, facts)
        return
    with pytest.raises(NotAllowed if visibility == "open" else NotVisible):
        authorize(author, Action.READ_POST_FIGURES, facts)


@pytest.mark.parametrize("visibility", ["open", "closed", "secret"])
@pytest.mark.parametrize(
    "who",
    [principal("analyst"), principal("admin"), principal(name="owner")],
    ids=["analyst", "admin", "owner"],
)
def test_analysts_administrators_and_owners_see_every_figure(
    who: Principal, visibility: str
) -> None:
    ask(who, visibility, Action.READ_GROUP_FIGURES, content=False)
    ask(who, visibility, Action.READ_POST_FIGURES, content=True)


@pytest.mark.parametrize(
    ("visibility", "content", "refusal"),
    [
        ("open", False, NotAllowed),
        ("closed", False, NotAllowed),
        ("secret", False, NotVisible),
        ("open", True, NotAllowed),
        ("closed", True, NotVisible),
        ("secret", True, NotVisible),
    ],
)
def test_everybody_else_learns_no_more_than_the_group_shows(
    visibility: str, content: bool, refusal: type[Exception]
) -> None:
    action = Action.READ_POST_FIGURES if content else Action.READ_GROUP_FIGURES
    with pytest.raises(refusal):
        ask(principal(), visibility, action, content=content)


@pytest.mark.parametrize("visibility", ["open", "closed", "secret"])
def test_the_author_sees_the_figures_of_their_post_and_a_stranger_with_no_number_doesnt(
    visibility: str,
) -> None:
    author = KnownCaller(principal(name="author"), number=7)
    facts = post_facts(group(visibility), 7, author)
    authorize(author.principal, Action.READ_POST_FIGURES, facts)
    for number, caller in ((8, author), (None, KnownCaller(principal()))):
        with pytest.raises((NotVisible, NotAllowed)):
            authorize(
                caller.principal,
                Action.READ_POST_FIGURES,
                post_facts(group(visibility), number, caller),
            )


def test_a_post_whose_group_is_gone_is_for_its_author_and_those_who_see_everything() -> None:
    for who, number in ((principal(name="author"), 7), (principal("analyst"), None)):
        authorize(who, Action.READ_POST_FIGURES, post_facts(None, 7, KnownCaller(who, number)))
    with pytest.raises(NotVisible):
        authorize(
            principal(), Action.READ_POST_FIGURES, post_facts(None, 7, KnownCaller(principal(), 8))
        )


def test_a_moderator_of_the_group_organises_and_doesnt_read_its_figures() -> None:
    with pytest.raises(NotAllowed):
        ask(principal(name="moderator"), "secret", Action.READ_GROUP_FIGURES, content=False)
