"""Runs one role of the notes service: `python -m examples.notes api | relay | worker`."""

from examples.notes.app import build_api, build_relay, build_worker
from examples.notes.config import NotesSettings
from shared.runtime.process import run_role

if __name__ == "__main__":
    run_role("notes", NotesSettings, api=build_api, relay=build_relay, worker=build_worker)
