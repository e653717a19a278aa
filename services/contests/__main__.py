"""Runs one role of the contests service: `python -m services.contests api | relay | worker`."""

from services.contests.app import SERVICE, build_api, build_relay, build_worker
from services.contests.config import ContestsSettings
from shared.runtime.process import run_role

if __name__ == "__main__":
    run_role(SERVICE, ContestsSettings, api=build_api, relay=build_relay, worker=build_worker)
