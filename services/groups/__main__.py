"""`python -m services.groups api|relay|worker`."""

from services.groups.app import SERVICE, build_api, build_relay, build_worker
from services.groups.config import GroupsSettings
from shared.runtime.process import run_role

if __name__ == "__main__":
    run_role(SERVICE, GroupsSettings, api=build_api, relay=build_relay, worker=build_worker)
