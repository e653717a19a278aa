"""Routes, ordinary and measured: what they hand to the committer, and what comes back."""

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.runtime.telemetry import is_traceparent
from shared.web.http import InputModel
from tests.support.identity import token_of
from tests.support.web import (
    NOTE_ID,
    Note,
    Recorder,
    WriteNote,
    client_of,
    make_web_context,
    notes_app,
)

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
STAR = f"/v1/notes/{NOTE_ID}/star"
STICKERS = f"/v1/notes/{NOTE_ID}/stickers"


async def test_a_measured_route_decodes_executes_and_acknowledges() -> None:
    recorder = Recorder(event_ids=("e-1", "e-2"))
    async with client_of(notes_app(make_web_context(recorder)), token_of("anna")) as client:
        answer = await client.put(STAR, json={"kind": "gold"}, headers={"traceparent": TRACE})
    assert answer.status_code == 200
    assert answer.json() == {"note_id": NOTE_ID, "kind": "gold"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["event-ids"] == "e-1,e-2"
    (executed,) = recorder.asked
    assert executed.command == WriteNote("gold")
    assert executed.once is None
    assert executed.traceparent == TRACE


async def test_a_measured_route_without_body_answers_without_one() -> None:
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        answer = await client.delete(STAR)
    assert answer.status_code == 204
    assert answer.content == b""
    assert "event-ids" not in answer.headers


async def test_every_command_gets_a_trace_of_its_own_where_the_client_sent_none() -> None:
    recorder = Recorder()
    async with client_of(notes_app(make_web_context(recorder)), token_of("anna")) as client:
        await client.put(STAR, json={"kind": "gold"})
        await client.put(STAR, json={"kind": "gold"}, headers={"traceparent": "nonsense"})
    first, second = (executed.traceparent for executed in recorder.asked)
    assert first is not None
    assert second is not None
    assert is_traceparent(first)
    assert is_traceparent(second)
    assert first[3:35] != second[3:35]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "lead"}, "/kind"),
        ({}, "/kind"),
        ({"kind": "gold", "by": "me"}, "/by"),
        ({"kind": "gold", "count": "a lot"}, "/count"),
        ([], ""),
    ],
)
async def test_a_measured_route_names_the_wrong_field_and_never_its_value(
    body: object, field: str
) -> None:
    recorder = Recorder()
    async with client_of(notes_app(make_web_context(recorder)), token_of("anna")) as client:
        answer = await client.put(STAR, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert "lead" not in answer.text
    assert "a lot" not in answer.text
    assert recorder.asked == []


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/notes", {"text": "a"}), (STICKERS, {"kind": "gold"})]
)
async def test_an_idempotency_key_belongs_to_person_route_and_body(
    path: str, body: dict[str, str]
) -> None:
    recorder = Recorder(replayed=True)
    app = notes_app(make_web_context(recorder))
    key = {"idempotency-key": "key-1"}
    async with client_of(app, token_of("anna")) as anna, client_of(app, token_of("ben")) as ben:
        answer = await anna.post(path, json=body, headers=key)
        await anna.post(path, json=body, headers=key)
        await anna.post(path, json=body | {next(iter(body)): "silver"}, headers=key)
        await ben.post(path, json=body, headers=key)
        await anna.post(path, json=body)
    assert answer.status_code == 201
    assert answer.headers["idempotency-replayed"] == "true"
    demands = [executed.once for executed in recorder.asked]
    assert demands[4] is None
    first, again, other, of_ben = (demand for demand in demands if demand is not None)
    assert first == again
    assert first.reply is Note
    assert other.key == first.key
    assert other.fingerprint != first.fingerprint
    assert of_ben.key != first.key
    assert of_ben.fingerprint != first.fingerprint
    for demand in (first, other, of_ben):  # both are stored
        assert re.fullmatch("[0-9a-f]{32} [0-9a-f]{32}", f"{demand.key} {demand.fingerprint}")


async def test_no_two_people_and_keys_share_a_record_whatever_blanks_an_id_has() -> None:
    recorder = Recorder()
    app = notes_app(make_web_context(recorder))
    for person in ("k", "kk", "k k", "kk k", "POST /v1/notes k"):
        for key in ("k", "kk", "k/k"):
            async with client_of(app, token_of(person)) as client:
                await client.post("/v1/notes", json={"text": "a"}, headers={"idempotency-key": key})
    keys = {executed.once.key for executed in recorder.asked if executed.once is not None}
    assert len(keys) == 5 * 3


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\x7f", "é"])
@pytest.mark.parametrize(
    ("path", "body"), [("/v1/notes", {"text": "a"}), (STICKERS, {"kind": "gold"})]
)
async def test_an_odd_idempotency_key_is_refused(key: str, path: str, body: dict[str, str]) -> None:
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        answer = await client.post(
            path, json=body, headers={b"idempotency-key": key.encode("latin-1")}
        )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_list_is_walked_to_its_end_by_its_cursors() -> None:
    seen: list[str] = []
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        query: dict[str, str | int] = {"limit": 3, "topic": "sport"}
        while True:
            page = (await client.get("/v1/notes", params=query)).json()
            seen += [item["text"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
    assert seen == list("0123456")


async def test_a_cursor_serves_one_person_and_one_query() -> None:
    app = notes_app(make_web_context())
    async with client_of(app, token_of("anna")) as anna, client_of(app, token_of("ben")) as ben:
        cursor = (await anna.get("/v1/notes?limit=2")).json()["next_cursor"]
        assert (await anna.get(f"/v1/notes?limit=4&cursor={cursor}")).status_code == 200
        for answer in (
            await ben.get(f"/v1/notes?cursor={cursor}"),
            await anna.get(f"/v1/notes?topic=sport&cursor={cursor}"),
        ):
            assert answer.status_code == 422
            assert answer.json()["type"] == "urn:mitmach:problem:cursor-of-another-query"
        forged = await anna.get("/v1/notes?cursor=forged")
        assert forged.json()["type"] == "urn:mitmach:problem:cursor-invalid"


async def test_a_version_that_the_client_has_isnt_sent_again() -> None:
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        path = f"/v1/notes/{NOTE_ID}"
        tag = (await client.get(path)).headers["etag"]
        for known in (tag, f"W/{tag}", '"3-gzip"', 'W/"3--br"', f'"1", {tag}', "*"):
            again = await client.get(path, headers={"if-none-match": known})
            assert again.status_code == 304
            assert again.content == b""
            assert again.headers["etag"] == tag
        assert (await client.get(path, headers={"if-none-match": '"2"'})).status_code == 200


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        (None, "None"),
        ("*", "None"),
        ('"3"', "[3]"),
        ('W/"3"', "[3]"),
        ('"3-00000000000000ff"', "[3]"),
        ('W/"3-00000000000000ff"', "[3]"),  # nginx with gzip
        ('"3-gzip"', "[3]"),  # Apache with mod_deflate
        ('"3-br"', "[3]"),  # Apache with mod_brotli
        ('"3--gzip"', "[3]"),  # Jetty
        ('W/"3-00000000000000ff-gzip"', "[3]"),  # one behind the other
        ('"3;gzip"', "[3]"),
        ('"3-zstd", "4-gzip"', "[3, 4]"),
        ('"3", "4"', "[3, 4]"),
    ],
)
async def test_if_match_names_the_versions_that_may_be_changed(
    header: str | None, versions: str
) -> None:
    headers = {} if header is None else {"if-match": header}
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        answer = await client.patch(f"/v1/notes/{NOTE_ID}", json={"text": "a"}, headers=headers)
    assert answer.json()["text"] == versions


@pytest.mark.parametrize(
    "header",
    ["", "x", '"x"', '"1-2"', "1", '"99999999999999999999"', '"x-gzip"', '"1-zip"', '"1---gzip"'],
)
async def test_an_etag_that_isnt_ours_matches_no_version(header: str) -> None:
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        answer = await client.patch(
            f"/v1/notes/{NOTE_ID}", json={"text": "a"}, headers={"if-match": header}
        )
    assert answer.json()["text"] == "[]"


async def test_requests_are_measured_by_template_and_never_by_path() -> None:
    web = make_web_context()
    async with client_of(notes_app(web), token_of("anna")) as client:
        await client.put(STAR, json={"kind": "gold"})
        await client.get(f"/v1/notes/{NOTE_ID}")
        await client.request("BREW", "/v1/coffee")
        text = (await client.get("/metrics")).text
    for labels in (
        'method="PUT",route="/v1/notes/{note_id}/star",service="notes",status="200"',
        'method="GET",route="/v1/notes/{note_id}",service="notes",status="200"',
        'method="other",route="unmatched",service="notes",status="404"',
    ):
        assert f"mitmach_http_request_seconds_count{{{labels}}} 1.0" in text
    assert NOTE_ID not in text


def test_an_input_model_within_others_is_made_strict_once() -> None:
    class Rules(InputModel):
        votes: int = 1

    class Contest(InputModel):
        rules: Rules
        others: list[Rules]

    schemas = [str(TypeAdapter(Contest).core_schema) for _ in range(3)]
    assert schemas[0].count("_no_guess") == schemas[2].count("_no_guess")
    assert str(TypeAdapter(Rules).core_schema).count("_no_guess") == 1
    for guessed in ("1", True):
        with pytest.raises(ValidationError):
            Contest.model_validate({"rules": {"votes": guessed}, "others": []})
