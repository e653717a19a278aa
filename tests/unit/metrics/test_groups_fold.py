"""What events about groups add to the stored numbers."""

from services.metrics.projection import fold
from shared.contract.events import groups
from shared.contract.events.envelope import EventData
from shared.contract.ids import new_id
from tests.support.metrics import told
from tooling.sample_events import sample


def test_members_are_those_that_are_counted() -> None:
    group_id, taking = new_id(), fold("mitmach.groups.v1/0")

    def members(kind: type[EventData], *, counted: bool) -> int:
        taking.apply(told(sample(kind, group_id=group_id, counted=counted)))
        return taking.take().group(group_id).members

    for began in (groups.MembershipJoined, groups.MembershipReinstated):
        assert members(began, counted=True) == 1
        assert members(began, counted=False) == 0
    for ended in (
        groups.MembershipLeft,
        groups.MembershipRemoved,
        groups.MembershipSuspended,
    ):
        assert members(ended, counted=True) == -1
        assert members(ended, counted=False) == 0
