"""Who may see the figures of a group and of its posts."""

import pytest

from services.metrics.api.asking import group_facts
from services.metrics.store.communities import GroupFigures
from shared.access import Action, NotAllowed, NotVisible, authorize
from shared.identity import Principal


def principal(*roles: str, name: str = "somebody") -> Principal:
    return Principal(name, frozenset(roles), f"pseudonym of {name}")


def group(visibility: str) -> GroupFigures:
    return GroupFigures(
        group_id="g",
        kind="community",
        visibility=visibility,
        status="active",
        created_at=None,
        owners=frozenset({"pseudonym of owner"}),
        members=1,
        posts=0,
        comments=0,
        entries=0,
        contributed_at=None,
    )


def ask(who: Principal, visibility: str, action: Action, *, content: bool) -> None:
    authorize(who, action, group_facts(group(visibility), who, content=content))


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
