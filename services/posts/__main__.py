"""Runs one role of the posts service: `python -m services.posts api | relay | worker`."""

from services.posts.app import build_api, build_relay, build_worker
from services.posts.config import PostsSettings
from shared.runtime.process import run_role

if __name__ == "__main__":
    run_role("posts", PostsSettings, api=build_api, relay=build_relay, worker=build_worker)
