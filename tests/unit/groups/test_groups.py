"""Founding, changing, archiving and deleting groups."""

import pytest

from services.groups.commands.everyone import EnsureEveryone
from services.groups.commands.groups import (
    ArchiveGroup,
    ChangeGroup,
    CreateGroup,
    DeleteGroup,
    RestoreGroup,
)
from services.groups.commands.members import JoinGroup
from services.groups.domain.channel import EVERYONE_DISCUSSION, EVERYONE_NEWS, Channel
from services.groups.domain.group import (
    Group,
    GroupChangedMeanwhile,
    GroupIsBuiltIn,
    GroupNameEmpty,
    GroupNotEmpty,
)
from services.groups.domain.search import search_words
from shared.audience import EVERYONE
from shared.contract.access import NotAllowed, PersonNotActive
from shared.contract.events import groups as events
from shared.contract.events.vocabulary import GroupKind
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.contract.tags import MOST_TAGS, TagInvalid, normalise_tags
from tests.support.in_memory import principal
from tests.unit.groups.world import ADMIN, World


def create(who: Principal, name: str = "Runners", kind: GroupKind = "community") -> CreateGroup:
    return CreateGroup(who, new_id(), new_id(), kind=kind, visibility="closed", name=name)


def test_a_new_group_has_an_owner_and_a_place_to_talk() -> None:
    world = World()
    mia = world.person("mia")
    command = create(mia)
    happened = world.happened(command)
    about = {
        "group_id": command.group_id,
        "group_kind": "community",
        "visibility": "closed",
    }
    assert happened == [
        events.GroupCreated(**about, topics=(), required_guideline=None),  # type: ignore[arg-type]
        events.MembershipJoined(
            **about,  # type: ignore[arg-type]
            member=mia.person_id,
            role="owner",
            joined_by="founding",
            first_join=True,
            counted=True,
        ),
        events.ChannelCreated(
            **about,  # type: ignore[arg-type]
            channel_id=command.channel_id,
            channel_kind="discussion",
        ),
    ]
    assert world.role(command.group_id, mia) == "owner"
    assert world.stored_group(command.group_id).owners == ("mia",)


def test_who_was_never_here_founds_nothing() -> None:
    world = World()
    with pytest.raises(PersonNotActive):
        world.do(create(principal("mia")))
    with pytest.raises(PersonNotActive):
        world.do(create(world.invited("mia")))


def test_a_pilot_is_started_by_those_who_run_the_platform() -> None:
    world = World()
    with pytest.raises(NotAllowed):
        world.do(create(world.person("mia"), kind="pilot"))
    world.do(create(world.person("eda", "editor"), kind="pilot"))


def test_there_is_only_one_group_of_everyone() -> None:
    world = World()
    mia = world.person("mia")
    with pytest.raises(GroupIsBuiltIn):
        world.do(create(mia, kind="everyone"))


def test_a_group_needs_a_name() -> None:
    world = World()
    with pytest.raises(GroupNameEmpty):
        world.do(create(world.person("mia"), name="  "))


def test_a_topic_has_one_spelling() -> None:
    assert normalise_tags(["#Remote  Work", "remote_work", "REMOTE-WORK", "Straße"]) == (
        "remote-work",
        "strasse",
    )
    with pytest.raises(TagInvalid):
        normalise_tags(["!!"])
    with pytest.raises(TagInvalid):
        normalise_tags(["x" * 51])
    with pytest.raises(TagInvalid):
        normalise_tags([str(n) for n in range(MOST_TAGS + 1)])


def test_a_search_knows_no_case_and_no_accents() -> None:
    assert search_words("Café-Freunde MÜNCHEN") == search_words("cafe freunde munchen")


def test_a_change_is_told_with_what_was_before() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia, "open", tags=["sport"])
    changed = ChangeGroup(mia, group_id, tags=("Running",), visibility="closed")
    assert world.happened(changed) == [
        events.GroupChanged(
            group_id=group_id,
            group_kind="community",
            visibility="closed",
            topics=("running",),
            required_guideline=None,
            previous=events.GroupState(
                visibility="open", topics=("sport",), required_guideline=None
            ),
        )
    ]
    assert world.happened(changed) == []
    group = world.stored_group(group_id)
    assert group.version == 2
    assert group.words == ("runners", "running")


def test_only_owners_and_administrators_change_a_group() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    with pytest.raises(NotAllowed):
        world.do(ChangeGroup(otto, group_id, name="Joggers"))
    world.do(ChangeGroup(ADMIN, group_id, name="Joggers"))


def test_a_secret_group_answers_outsiders_like_an_invented_one() -> None:
    world = World()
    group_id = world.group(world.person("mia"), "secret")
    otto = world.person("otto")
    answers = []
    for candidate in (group_id, new_id()):
        with pytest.raises(GroupNotFound) as refused:
            world.do(ChangeGroup(otto, candidate, name="Mine"))
        answers.append((refused.type, refused.value.detail, refused.value.title))
    assert answers[0] == answers[1]


def test_a_change_of_a_stale_version_is_refused() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia)
    world.do(ChangeGroup(mia, group_id, name="Joggers", expected=frozenset({1})))
    with pytest.raises(GroupChangedMeanwhile):
        world.do(ChangeGroup(mia, group_id, name="Walkers", expected=frozenset({1})))
    with pytest.raises(GroupChangedMeanwhile):
        world.do(DeleteGroup(mia, group_id, others=0, expected=frozenset({1})))


def test_nothing_happens_in_an_archived_group_until_it_is_restored() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    (archived,) = world.happened(ArchiveGroup(mia, group_id))
    assert isinstance(archived, events.GroupArchived)
    assert world.happened(ArchiveGroup(mia, group_id)) == []
    with pytest.raises(GroupIsArchived):
        world.do(ChangeGroup(mia, group_id, name="Joggers"))
    with pytest.raises(GroupIsArchived):
        world.do(JoinGroup(otto, group_id))
    (restored,) = world.happened(RestoreGroup(mia, group_id))
    assert isinstance(restored, events.GroupRestored)
    assert world.happened(RestoreGroup(mia, group_id)) == []
    world.do(JoinGroup(otto, group_id))


def test_an_owner_deletes_only_what_is_theirs_alone() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia)
    with pytest.raises(GroupNotEmpty):
        world.do(DeleteGroup(mia, group_id, others=1))
    assert world.happened(DeleteGroup(mia, group_id, others=0)) == [
        events.GroupDeleted(
            group_id=group_id, group_kind="community", visibility="open", previous="active"
        )
    ]
    with pytest.raises(GroupNotFound):
        world.do(JoinGroup(mia, group_id))


def test_an_administrator_deletes_any_group() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    world.do(ArchiveGroup(ADMIN, group_id))
    (deleted,) = world.happened(DeleteGroup(ADMIN, group_id, others=12))
    assert isinstance(deleted, events.GroupDeleted)
    assert deleted.previous == "archived"


def test_the_group_of_everyone_is_made_once_with_its_channels() -> None:
    world = World()
    happened = world.happened(EnsureEveryone())
    assert [type(event) for event in happened] == [
        events.GroupCreated,
        events.ChannelCreated,
        events.ChannelCreated,
    ]
    assert {occurred.actor for occurred in world.events} == {None}
    assert world.find(Channel, EVERYONE_NEWS).kind == "news"
    assert world.find(Channel, EVERYONE_DISCUSSION).kind == "discussion"
    world.do(ChangeGroup(ADMIN, EVERYONE, name="Alle"))
    assert world.happened(EnsureEveryone()) == []
    assert world.find(Group, EVERYONE).name == "Alle"


def test_the_group_of_everyone_stays() -> None:
    world = World()
    world.do(EnsureEveryone())
    for command in (
        ArchiveGroup(ADMIN, EVERYONE),
        DeleteGroup(ADMIN, EVERYONE, others=0),
        ChangeGroup(ADMIN, EVERYONE, visibility="secret"),
    ):
        with pytest.raises(GroupIsBuiltIn):
            world.do(command)
