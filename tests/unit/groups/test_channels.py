"""Channels of a group."""

import pytest

from services.groups.commands.channels import ArchiveChannel, ChangeChannel, CreateChannel
from services.groups.commands.groups import ArchiveGroup
from services.groups.commands.members import JoinGroup
from services.groups.domain.channel import ChannelChangedMeanwhile, ChannelNameEmpty
from shared.contract.access import NotAllowed
from shared.contract.events import groups as events
from shared.contract.events.vocabulary import Visibility
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelIsArchived, ChannelNotFound, GroupIsArchived
from tests.unit.groups.world import World


def open_channel(world: World, who: Principal, group_id: str) -> str:
    channel_id = new_id()
    world.do(CreateChannel(who, group_id, channel_id, kind="news", name=" News "))
    return channel_id


def test_those_who_lead_open_channels() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    with pytest.raises(NotAllowed):
        open_channel(world, otto, group_id)
    channel_id = open_channel(world, mia, group_id)
    assert world.events[-1].data == events.ChannelCreated(
        group_id=group_id,
        group_kind="community",
        visibility="open",
        channel_id=channel_id,
        channel_kind="news",
    )


def test_a_change_is_told_with_the_kind_before() -> None:
    world = World()
    mia = world.person("mia")
    channel_id = open_channel(world, mia, world.group(mia))
    (changed,) = world.happened(ChangeChannel(mia, channel_id, kind="help", name="Help"))
    assert isinstance(changed, events.ChannelChanged)
    assert (changed.previous, changed.channel_kind) == ("news", "help")
    assert world.happened(ChangeChannel(mia, channel_id, name="Help")) == []
    with pytest.raises(ChannelNameEmpty):
        world.do(ChangeChannel(mia, channel_id, name=" "))
    with pytest.raises(ChannelChangedMeanwhile):
        world.do(ChangeChannel(mia, channel_id, name="First aid", expected=frozenset({1})))


def test_an_archived_channel_stays_as_it_is() -> None:
    world = World()
    mia = world.person("mia")
    channel_id = open_channel(world, mia, world.group(mia))
    (archived,) = world.happened(ArchiveChannel(mia, channel_id))
    assert isinstance(archived, events.ChannelArchived)
    assert world.happened(ArchiveChannel(mia, channel_id)) == []
    with pytest.raises(ChannelIsArchived):
        world.do(ChangeChannel(mia, channel_id, name="Old news"))


def test_an_archived_group_gets_no_channels() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia)
    channel_id = open_channel(world, mia, group_id)
    world.do(ArchiveGroup(mia, group_id))
    with pytest.raises(GroupIsArchived):
        open_channel(world, mia, group_id)
    with pytest.raises(GroupIsArchived):
        world.do(ChangeChannel(mia, channel_id, name="Old news"))


@pytest.mark.parametrize("visibility", ["closed", "secret"])
def test_a_channel_that_outsiders_dont_see_answers_like_an_invented_one(
    visibility: Visibility,
) -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    channel_id = open_channel(world, mia, world.group(mia, visibility))
    for command in (
        ArchiveChannel(otto, channel_id),
        ArchiveChannel(otto, new_id()),
        ChangeChannel(otto, channel_id, name="Ours"),
        ChangeChannel(otto, new_id(), name="Ours"),
    ):
        with pytest.raises(ChannelNotFound) as refused:
            world.do(command)
        assert refused.value.detail == ChannelNotFound.title
