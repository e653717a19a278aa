"""Takes safeguards out of the code, one at a time, and wants the tests to notice each.

Run as `make mutants`. Each mutant is a copy of the repository with a few words of its source
changed; the tests named beside it must fail there. They must pass on the unchanged copy first, or
their failure would say nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COPIED = ("mitmach", "services", "shared", "tooling", "tests", "schemas", "pyproject.toml")
MODEL = "tests/faults/test_protocol_model.py"
BATCHES = "tests/integration/shared/test_batches.py"
CHAIN = "tests/unit/shared/test_chain.py"
QUARANTINE = "tests/unit/shared/test_quarantine.py"
TIMESTAMPS = "tests/integration/shared/test_record_timestamps.py"
GUARDS = "tests/faults/test_safeguards.py"
QUERIES = "tests/unit/shared/test_query_parameters.py"
MEANINGS = "tests/unit/metrics/test_meanings.py"
PROGRAMS = "tests/unit/metrics/test_programs.py"
VOTERS = "tests/unit/contests/test_programs.py"
PAGES = "tests/unit/shared/test_cross_origin.py"
LEAVING = "tests/unit/groups/test_leaving.py"
STANDING = "tests/unit/shared/test_standing.py"
WRITTEN = "tests/unit/shared/test_consistency.py"
APPLIED = "tests/integration/shared/test_consistency.py"
HISTORY = "tests/unit/shared/test_acts_of_before.py"
HISTORY_HEADERS = "tests/unit/shared/test_history_headers.py"
ARRIVALS = "tests/unit/posts/test_recent_arrivals.py"
JOURNAL = "tests/integration/metrics/test_journal.py"
ROUTES = "tests/integration/metrics/test_routes.py"
TABLES = "tests/unit/metrics/test_participation.py"
TOOK_PART = "tests/integration/metrics/test_participation.py"
RESUMING = "tests/unit/mitmach/importing/test_resuming.py"


class Mutant(NamedTuple):
    """A safeguard, what takes it away, and who must notice.

    Attributes:
        name: What the safeguard is, for messages and for choosing.
        file: Path of its source, relative to the repository.
        old: Words that the file has exactly once.
        new: What takes their place in the mutant.
        tests: Paths that pytest is given, or single tests of them (FILE::TEST); a failure of any
            counts.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "the question where a person stands, before any route",
        "shared/web/http/middleware/admission.py",
        "            check_standing(principal, arriving=arriving)\n",
        "            pass\n",
        (STANDING,),
    ),
    Mutant(
        "the same question of whoever takes time to send",
        "shared/web/http/middleware/request_middleware.py",
        "if self._clock() - began > _AT_ONCE:",
        "if False:",
        ("tests/unit/shared/test_admission.py",),
    ),
    Mutant(
        "reading everybody anew after a while without a look",
        "shared/audience/directory.py",
        "if began - self._checked > UNCHECKED:",
        "if False:",
        ("tests/integration/shared/test_login_directory.py",),
    ),
    Mutant(
        "the wait for what was written elsewhere",
        "shared/web/http/middleware/admission.py",
        "people.forget(claims, await self._web.copies.wait(tokens))",
        "people.forget(claims, self._clock())",
        (WRITTEN,),
    ),
    Mutant(
        "reading anew who has waited",
        "shared/web/http/middleware/admission.py",
        "people.forget(claims, await self._web.copies.wait(tokens))",
        "await self._web.copies.wait(tokens)",
        (WRITTEN,),
    ),
    Mutant(
        "forgetting what was known before the news",
        "shared/audience/directory.py",
        "if self._checked < since:",
        "if False:",
        ("tests/integration/shared/test_login_directory.py",),
    ),
    Mutant(
        "a token that says what those before it said",
        "shared/web/http/context/request.py",
        "consistency_token(event_ids, places, self.brought)",
        "consistency_token(event_ids, places)",
        (WRITTEN,),
    ),
    Mutant(
        "noting what was applied in the transaction of the flush",
        "shared/delivery/consumer/flusher.py",
        "await store_applied(transaction, ",
        "await store_applied(self._registry._database, ",
        (APPLIED,),
    ),
    Mutant(
        "noting what was applied at all",
        "shared/delivery/consumer/flusher.py",
        "            await store_applied(transaction, self._group, applied, utc_now())\n",
        "",
        (APPLIED,),
    ),
    Mutant(
        "nobody waits for a dead letter",
        "shared/delivery/consumer/chain.py",
        "        self.applied.append(header.id)\n",
        "",
        (APPLIED,),
    ),
    Mutant(
        "the token of a repeated answer",
        "shared/delivery/committer/attempt.py",
        "replayed=True, places=places)",
        "replayed=True)",
        (APPLIED,),
    ),
    Mutant(
        "the first look goes back as far as the token",
        "shared/delivery/consistency/copies.py",
        "since = min(decided, now) - timedelta(seconds=CLOCKS)",
        "since = now",
        (APPLIED,),
    ),
    Mutant(
        "the same question in each decision",
        "shared/contract/access/authorization.py",
        "        check_standing(principal, arriving=action is Action.VISIT)\n",
        "",
        (STANDING,),
    ),
    Mutant(
        "that roles count for the active alone",
        "shared/contract/principal.py",
        "claims.roles if active else frozenset()",
        "claims.roles",
        (STANDING,),
    ),
    Mutant(
        "the account as it stands in the transaction",
        "services/groups/domain/visibility.py",
        "return None if person is None else Standing(person.status)",
        "return None",
        ("tests/unit/groups/test_people.py",),
    ),
    Mutant(
        "the alias in place of whoever sees a post",
        "shared/contract/aliases.py",
        "return kind + encrypting.update(block).hex()",
        "return person",
        ("tests/unit/shared/test_aliases.py",),
    ),
    Mutant(
        "the trace that joins an event for data teams with no other",
        "shared/contract/events/traces.py",
        "traceparent if data.naming is None else self.of(traceparent, event_id)",
        "traceparent",
        ("tests/unit/shared/test_trace_aliases.py",),
    ),
    Mutant(
        "other aliases each time that a group is closed",
        "shared/audience/entities.py",
        "return self.id if since is None else",
        "return self.id if True else",
        ("tests/unit/shared/test_audience_news.py", "tests/unit/posts/test_closed_groups.py"),
    ),
    Mutant(
        "an alias for what was made before a group was closed, and no other",
        "services/posts/domain/visibility.py",
        "if not group.may_have_shown(post.published_at):",
        "if True:",
        ("tests/unit/posts/test_closed_groups.py",),
    ),
    Mutant(
        "that somebody came later, told of nobody whose entry isn't shown as theirs",
        "services/contests/domain/visibility.py",
        "return entry.stands and not masks_entrants(contest)",
        "return True",
        ("tests/unit/contests/test_roll.py",),
    ),
    Mutant(
        "views of one's own posts that no batch tells beside others",
        "services/posts/commands/views.py",
        "(not own_too and context.post.author == context.actor)",
        "False",
        ("tests/unit/posts/test_views_and_shares.py",),
    ),
    Mutant(
        "views in several groups that one command doesn't tell together",
        "services/posts/commands/views.py",
        "and told and event.within != told[0].within:",
        "and False:",
        ("tests/unit/posts/test_view_batches.py",),
    ),
    Mutant(
        "programs that are in no figure about people",
        "services/metrics/projection/posts/fold.py",
        "if event.type == VIEWED and data.human:",
        "if event.type == VIEWED:",
        (PROGRAMS,),
    ),
    Mutant(
        "that whoever chooses another reaction was active",
        "services/metrics/projection/meanings.py",
        'Meaning(ReactionChanged, deeds=("interacted",))',
        "Meaning(ReactionChanged)",
        (MEANINGS,),
    ),
    Mutant(
        "that a function does what the line of its event says",
        "services/metrics/projection/posts/responses.py",
        "post.reactions_7d -= 1",
        "pass",
        (MEANINGS,),
    ),
    Mutant(
        "posts of programs that are in no KPI",
        "services/metrics/store/columns/post_columns.py",
        ' & (self["human"] > 0)',
        "",
        (PROGRAMS,),
    ),
    Mutant(
        "entries behind the base, of which a new owner learns",
        "services/metrics/store/write/base.py",
        '"flush": {"$gt": through}}',
        '"flush": {"$gt": 1 << 40}}',
        (f"{JOURNAL}::test_a_new_owner_folds_what_the_one_before_has_left_behind_the_base",),
    ),
    Mutant(
        "what a page has already isn't added to it",
        "services/metrics/store/columns/day_table.py",
        "return flushes[page] >= flush",
        "return False",
        (f"{JOURNAL}::test_news_that_a_page_has_already_are_left_out",),
    ),
    Mutant(
        "entries of the journal that are gone are noticed",
        "services/metrics/store/read/follower.py",
        "seen[name] += 1",
        'seen[name] = document["flush"]',
        (
            f"{JOURNAL}::test_a_reader_that_comes_too_late_for_the_journal_begins_with_the_base_again",
        ),
    ),
    Mutant(
        "partitions that are new to a reader that has loaded something",
        "services/metrics/store/read/follower.py",
        "totals.through if known is None else dict.fromkeys(totals.flushes, 0)",
        "totals.through",
        (f"{JOURNAL}::test_a_partition_that_is_new_to_a_reader_is_taken_in_from_its_first_entry",),
    ),
    Mutant(
        "what is behind a page that is being loaded is kept",
        "services/metrics/store/read/follower.py",
        "        if self._loading:\n            return\n",
        "",
        (f"{JOURNAL}::test_what_is_loaded_while_the_base_goes_on_is_whole",),
    ),
    Mutant(
        "through which flush the base goes",
        "services/metrics/store/write/base.py",
        '{"through": through}}',
        '{"through": through + 1}}',
        (f"{JOURNAL}::test_a_new_owner_folds_what_the_one_before_has_left_behind_the_base",),
    ),
    Mutant(
        "posts are found that were published on another day than their id was made",
        "services/metrics/store/columns/day_table.py",
        "elsewhere = (version != 7) |",
        "elsewhere = False &",
        (f"{JOURNAL}::test_a_new_owner_folds_what_the_one_before_has_left_behind_the_base",),
    ),
    Mutant(
        "what a table of participation has already isn't added to it",
        "services/metrics/store/read/growing_tables.py",
        "if flush > self._flush:",
        "if True:",
        (f"{TOOK_PART}::test_what_the_base_has_already_counts_once",),
    ),
    Mutant(
        "pages of participation that were stored at different times",
        "services/metrics/store/read/growing_tables.py",
        "        if all(map(_of_one_store, pages.values())):",
        "        if pages or not pages:",
        (f"{TOOK_PART}::test_pages_of_two_stores_are_read_again",),
    ),
    Mutant(
        "participation that the base has already, of an owner that was ended in the midst",
        "services/metrics/store/write/participation.py",
        "if entry.flush > known and day in entry.participation",
        "if day in entry.participation",
        (f"{TOOK_PART}::test_a_base_that_was_left_in_the_midst_gets_nothing_twice",),
    ),
    Mutant(
        "a base that goes no further than all of its days do",
        "services/metrics/store/write/base.py",
        "        if not owned.days:\n            self._owned",
        "        if True:\n            self._owned",
        (f"{TOOK_PART}::test_a_base_that_was_left_in_the_midst_gets_nothing_twice",),
    ),
    Mutant(
        "participation that a new owner reads from the base",
        "services/metrics/store/write/participation.py",
        "self._tables[partition, day] = read_table(pages)",
        "self._tables[partition, day] = read_table([])",
        (f"{TOOK_PART}::test_a_new_owner_adds_to_what_the_one_before_has_stored",),
    ),
    Mutant(
        "who left a group on the day on which they came",
        "services/metrics/store/columns/participation.py",
        "(deeds[last] & BELONGS)",
        "(deeds[first] & BELONGS)",
        (TABLES,),
    ),
    Mutant(
        "who was told to be elsewhere on the same day",
        "services/metrics/projection/increments.py",
        "self.left |= {(attribute, before), (attribute, self.told.get(attribute, before))}",
        "pass",
        (f"{TOOK_PART}::test_readers_see_who_took_part_and_who_belonged",),
    ),
    Mutant(
        "departments that a subtraction would tell of",
        "services/metrics/store/read/narrowed_populations.py",
        "return suppressed_cells(sizes, disjoint=True)",
        "return suppressed_cells(sizes, disjoint=False)",
        (f"{ROUTES}::test_a_department_is_shown_unless_few_are_in_it_or_beside_it",),
    ),
    Mutant(
        "members alone in a group's figures",
        "services/metrics/store/read/narrowed_populations.py",
        "return eligible if presence is None else eligible & presence.on(day)",
        "return eligible",
        (f"{ROUTES}::test_a_group_says_who_of_its_members_did_what",),
    ),
    Mutant(
        "what the few beside the ten most active contributed",
        "services/metrics/kpis/catalogue/concentration.py",
        "if few or is_few(people - LEADING):",
        "if few:",
        ("tests/unit/metrics/test_kpis.py",),
    ),
    Mutant(
        "human beings who alone enter contests and vote",
        "shared/contract/access/authorization.py",
        "if not principal.human and action in HUMANS_ONLY:",
        "if False:",
        (VOTERS,),
    ),
    Mutant(
        "few commands that wait for the commit that runs",
        "shared/delivery/committer/committer.py",
        "_WORTH_A_COMMIT = 0.75",
        "_WORTH_A_COMMIT = 0.0",
        (BATCHES,),
    ),
    Mutant(
        "commands that wait for no commit that is stuck",
        "shared/delivery/committer/committer.py",
        "_HELD_BACK = 0.05",
        "_HELD_BACK = 3600.0",
        (BATCHES,),
    ),
    Mutant(
        "the instance of what was refused before it was a request, in the log",
        "shared/web/http/middleware/records.py",
        """            "side": "client",
            "instance": instance_of(traceparent),
""",
        """            "side": "client",
""",
        ("tests/unit/shared/test_slow_clients.py",),
    ),
    Mutant(
        "pauses that grow while an outage lasts",
        "shared/runtime/telemetry/outages.py",
        "self._doublings + 1",
        "0",
        ("tests/unit/shared/test_outages.py",),
    ),
    Mutant(
        "counts that are forgotten when they are too old",
        "services/posts/queries/counts.py",
        "waits = age > self._kept_for",
        "waits = known is None",
        ("tests/unit/posts/test_counts_reader.py",),
    ),
    Mutant(
        "topics that are made anew after the broker has lost its log",
        "shared/delivery/relay/relay.py",
        "if await self._check_broker(fence, state, clients):",
        "if await self._check_broker(fence, state, clients) and False:",
        (TIMESTAMPS,),
    ),
    Mutant(
        "whoever has joined, in the number of members before it is counted",
        "services/groups/domain/counts.py",
        "counted.through is None or counted.through < since",
        "False",
        ("tests/unit/groups/test_member_counts.py",),
    ),
    Mutant(
        "counts of a post that are asked for before the commit",
        "services/posts/api/views.py",
        """    counts = call.state.counts.ask(post_id)
    outcome = await call.execute(ViewPost(call.principal, post_id))
""",
        """    outcome = await call.execute(ViewPost(call.principal, post_id))
    counts = call.state.counts.ask(post_id)
""",
        ("tests/unit/posts/test_counts_reader.py",),
    ),
    Mutant(
        "visibility of each group that is named in bulk",
        "services/groups/queries/context.py",
        "        except (GroupNotFound, NotAllowed):\n            continue\n",
        "        except (GroupNotFound, NotAllowed):\n"
        "            if one in groups:\n"
        "                visible[one] = GroupContext(groups[one], caller, membership, None)\n",
        ("tests/integration/groups/test_names_in_bulk.py",),
    ),
    Mutant(
        "duplicate check",
        "shared/delivery/consumer/chain.py",
        "if sequence <= mark:",
        "if False:",
        (CHAIN, MODEL),
    ),
    Mutant(
        "predecessor check",
        "shared/delivery/consumer/chain.py",
        "if event.predecessor > mark and",
        "if False and",
        (CHAIN, MODEL),
    ),
    Mutant(
        "epoch condition",
        "shared/delivery/consumer/marks.py",
        ', "epoch": reached.partition.epoch}',
        "}",
        (GUARDS,),
    ),
    Mutant(
        "what is remembered, only at the number at which it was read",
        "shared/delivery/committer/entity_cache.py",
        "entry.version == version",
        "True",
        ("tests/integration/shared/test_entity_cache.py",),
    ),
    Mutant(
        "a new beginning of the number for somebody who comes back",
        "services/posts/worker/audience_copy.py",
        "Person(id=person_id, changes=first_change)",
        "Person(id=person_id)",
        ("tests/unit/posts/test_audience_copy.py",),
    ),
    Mutant(
        "no flush after a failed one",
        "shared/delivery/consumer/flusher.py",
        "        self._torn = True\n",
        "",
        ("tests/unit/shared/test_flush.py",),
    ),
    Mutant(
        "nothing counted that was fetched before its partition was taken over",
        "shared/delivery/consumer/processor.py",
        "if not await self._will_read(place, its_records[0].offset):",
        "if True:",
        ("tests/unit/shared/test_flush.py", "tests/integration/shared/test_taking_over.py"),
    ),
    Mutant(
        "where the client reads on, by the client",
        "shared/delivery/consumer/subscription.py",
        "return at <= offset",
        "return False",
        ("tests/integration/shared/test_taking_over.py",),
    ),
    Mutant(
        "majority write concern",
        "shared/delivery/mongo/sessions.py",
        "read_concern=SNAPSHOT, write_concern=MAJORITY",
        "read_concern=SNAPSHOT",
        (GUARDS,),
    ),
    Mutant(
        "fencing of the lease",
        "shared/delivery/relay/sequences.py",
        'ours = {"_id": STATE, "fence": fence}',
        'ours = {"_id": STATE}',
        (GUARDS,),
    ),
    Mutant(
        "numbers are stored before sending",
        "shared/delivery/relay/sequences.py",
        "        await transaction.commit()\n    state.next_sequence",
        "    state.next_sequence",
        (GUARDS,),
    ),
    Mutant(
        "one batch per partition at a time",
        "shared/delivery/relay/sending.py",
        "acknowledged = await (await producer.send_batch(batch, topic, partition=partition))\n"
        "        base = acknowledged.offset",
        "answer = await producer.send_batch(batch, topic, partition=partition)\n"
        "        if position < len(events):\n"
        "            continue\n"
        "        base = (await answer).offset",
        (GUARDS,),
    ),
    Mutant(
        "a record has the time of its event",
        "shared/delivery/relay/sending.py",
        "timestamp = timestamps.of(event.body, now)",
        "timestamp = now",
        (TIMESTAMPS,),
    ),
    Mutant(
        "a record isn't ahead of the clock",
        "shared/delivery/relay/sending.py",
        "return min(self._milliseconds, now)",
        "return self._milliseconds",
        (TIMESTAMPS,),
    ),
    Mutant(
        "ending a dead owner's session before taking over",
        "shared/delivery/consumer/marks.py",
        "        await registry.kill([last])\n",
        "        pass\n",
        (GUARDS,),
    ),
    Mutant(
        "a deadline of its own for every commit",
        "shared/delivery/committer/committer.py",
        ", context=self._context.copy()",
        "",
        ("tests/integration/shared/test_steady_load.py",),
    ),
    Mutant(
        "refusing in time what would expire in its transaction",
        "shared/delivery/committer/committer.py",
        "min(self._took, LONGEST * _MOST_AHEAD)",
        "0",
        ("tests/integration/shared/test_steady_load.py",),
    ),
    Mutant(
        "no session used before it is written down",
        "shared/delivery/mongo/sessions.py",
        "        async with self._writing:\n            await self._database.update(\n"
        '                SESSIONS, [{"q": {"_id": self._process}, "u": change, "upsert": True}]\n'
        "            )\n",
        "        asyncio.get_running_loop().create_task(self._database.update(\n"
        '            SESSIONS, [{"q": {"_id": self._process}, "u": change, "upsert": True}]\n'
        "        ))\n",
        ("tests/integration/shared/test_sessions.py",),
    ),
    Mutant(
        "only the server's word for an aborted commit",
        "shared/delivery/mongo/sessions.py",
        "with translated(committing=True):",
        "with translated(in_transaction=True):",
        ("tests/integration/shared/test_interrupted_commits.py",),
    ),
    Mutant(
        "no mark over the head of a rewind",
        "shared/delivery/relay/rewinding.py",
        '"fence": fence, **no_rewind_since(state.rewinds)}',
        '"fence": fence}',
        ("tests/integration/shared/test_rewind.py",),
    ),
    Mutant(
        "no late event where the last word counts",
        "shared/delivery/consumer/chain.py",
        "if overtaken and not late(event):",
        "if False:",
        ("tests/unit/shared/test_open_letters.py",),
    ),
    Mutant(
        "halving a flush that fails for what is in it",
        "shared/delivery/consumer/quarantine.py",
        "            doubt.step //= 2\n",
        "            pass\n",
        (QUARANTINE,),
    ),
    Mutant(
        "setting nothing aside for what passes",
        "shared/delivery/consumer/quarantine.py",
        "if isinstance(error, _TRANSIENT) or not is_about_data(error):",
        "if False:",
        (QUARANTINE,),
    ),
    Mutant(
        "setting aside only what fails twice by itself",
        "shared/delivery/consumer/quarantine.py",
        "if cause in doubt.causes:",
        "if True:",
        (QUARANTINE,),
    ),
    Mutant(
        "setting aside the record that was found, and no other",
        "shared/delivery/consumer/quarantine.py",
        "or not _same(record, doubt.harmful.record)",
        "or False",
        (QUARANTINE,),
    ),
    Mutant(
        "having the broker choose another leader",
        "shared/delivery/consumer/subscription.py",
        "            await replace_dead_leader(self._kafka, self._group, self._topics)\n",
        "            pass\n",
        ("tests/integration/shared/test_dead_group_leader.py",),
    ),
    Mutant(
        "a query that the route hasn't",
        "shared/web/http/middleware/request_middleware.py",
        'self._queries.check(method, path, scope["query_string"])',
        "pass",
        (QUERIES,),
    ),
    Mutant(
        "a second value in a query",
        "shared/web/http/routing/query_table.py",
        "if name in seen or name not in parameters.known:",
        "if name not in parameters.known:",
        (QUERIES,),
    ),
    Mutant(
        "pages of origins that nobody named",
        "shared/web/http/middleware/cross_origin.py",
        "if origin not in self._origins:",
        "if not origin:",
        (PAGES,),
    ),
    Mutant(
        "what operators ask is for no page",
        "shared/web/http/middleware/cross_origin.py",
        ' or scope["path"].startswith(_OPERATORS)',
        "",
        (PAGES,),
    ),
    Mutant(
        "a change has no defaults",
        "services/contests/api/contests.py",
        "    text: Text | UnsetType = UNSET\n    kind: ContestKind",
        '    text: Text | UnsetType = ""\n    kind: ContestKind',
        ("tests/contract/openapi/test_changes.py",),
    ),
    Mutant(
        "who must wait is told how long",
        "shared/web/http/openapi_headers.py",
        'if status in {"429", "503"} or',
        'if status == "429" or',
        ("tests/contract/openapi/test_client_rules.py",),
    ),
    Mutant(
        "who has left isn't eligible from then on",
        "services/metrics/projection/accounts.py",
        "    PersonLeft.type: _off,\n",
        "",
        ("tests/unit/metrics/test_eligibility.py",),
    ),
    Mutant(
        "what somebody owned passes on when they leave",
        "services/groups/commands/leaving.py",
        "if self.person_id in group.owners:",
        "if False:",
        (LEAVING,),
    ),
    Mutant(
        "nobody who has left becomes an owner",
        "services/groups/commands/members.py",
        "existing_person(context.person).check_not_left()",
        "existing_person(context.person)",
        (LEAVING,),
    ),
    Mutant(
        "whoever is back isn't erased",
        "services/groups/commands/leaving.py",
        "person.left_at is None or person.left_at >= self.left_before",
        "person.is_erased",
        (LEAVING,),
    ),
    Mutant(
        "what somebody signed in with before leads to nobody",
        "services/groups/commands/external_ids.py",
        "            logins.append(nobody)\n",
        "",
        ("tests/unit/groups/test_external_ids.py",),
    ),
    Mutant(
        "nobody locks themselves out",
        "services/groups/commands/external_ids.py",
        "if taken.person == self.principal.person_id:",
        "if False:",
        ("tests/unit/groups/test_external_ids.py",),
    ),
    Mutant(
        "a repeated request isn't answered with what was deleted",
        "shared/delivery/committer/idempotency.py",
        "part is not None and not part.is_gone",
        "part is not None",
        ("tests/integration/posts/test_posts.py", "tests/integration/groups/test_people_routes.py"),
    ),
    Mutant(
        "a repeated request reads what it was answered with",
        "shared/delivery/committer/queue.py",
        "        yield from reply_keys(once, before)\n",
        "",
        ("tests/integration/shared/test_write_path.py",),
    ),
    Mutant(
        "the look for what a flush brought back of an erased person",
        "shared/audience/erasures.py",
        "if await take_remains_away(self._store.database, erased, now):",
        "if False:",
        ("tests/integration/contests/test_erasures.py", "tests/integration/posts/test_erasures.py"),
    ),
    Mutant(
        "that nothing is said of an erasure while a flush may not have seen it",
        "shared/audience/erasures.py",
        "timedelta(seconds=FLUSHED)",
        "timedelta(seconds=SETTLED)",
        ("tests/integration/posts/test_erasures.py",),
    ),
    Mutant(
        "the look for erasures in the transaction that stores who leads a group",
        "services/metrics/store/write/writer.py",
        "*await erased_among(transaction, self._leading)",
        "",
        ("tests/integration/metrics/test_erasures.py",),
    ),
    Mutant(
        "the bound of what a flush asks before its transaction",
        "shared/delivery/consumer/flusher.py",
        "with deadline(FLUSH_DEADLINE):",
        "with deadline(1e9):",
        ("tests/unit/shared/test_flush.py",),
    ),
    Mutant(
        "the question whether a repeated request may still see its answer",
        "shared/delivery/committer/attempt.py",
        "                command.check_shown(self._found, reply)\n",
        "",
        ("tests/integration/groups/test_repeated_requests.py",),
    ),
    Mutant(
        "the order of acts at their own time",
        "shared/delivery/committer/history.py",
        "        since = None if entity is None else entity.holds_since\n",
        "        since = None\n",
        (HISTORY,),
    ),
    Mutant(
        "what else acts at their own time rest on",
        "shared/delivery/committer/history.py",
        '    if hasattr(command, "rests_on"):\n',
        "    if False:\n",
        (HISTORY,),
    ),
    Mutant(
        "that nothing is recorded ahead",
        "shared/contract/history.py",
        "    if moment > now:\n",
        "    if False:\n",
        (HISTORY,),
    ),
    Mutant(
        "that nothing is recorded before there was anything",
        "shared/contract/history.py",
        "    if moment < EARLIEST:\n",
        "    if False:\n",
        (HISTORY,),
    ),
    Mutant(
        "the setting that lets nobody record",
        "shared/web/http/context/history.py",
        "    if not web.history:\n",
        "    if False:\n",
        (HISTORY_HEADERS,),
    ),
    Mutant(
        "the role that is needed to record",
        "shared/web/http/context/history.py",
        "    authorize(principal, Action.RECORD_ACT)\n",
        "",
        (HISTORY_HEADERS,),
    ),
    Mutant(
        "that nobody acts under the role of who records",
        "shared/web/http/context/history.py",
        "    if not roles <= ROLES_OF_OTHERS:\n",
        "    if False:\n",
        (HISTORY_HEADERS,),
    ),
    Mutant(
        "ids of people of which aliases can be made",
        "shared/web/http/routing/history.py",
        '        if person[14] != "4" or person[19] not in "89ab":\n',
        "        if False:\n",
        (HISTORY_HEADERS,),
    ),
    Mutant(
        "a record's timestamp by the time of its recording",
        "shared/delivery/relay/sending.py",
        "        if body.startswith(_RECORDED, begin + _LENGTH):\n",
        "        if False:\n",
        ("tests/unit/shared/test_relay_sending.py",),
    ),
    Mutant(
        "figures of freshness without recorded history",
        "services/metrics/projection/increments.py",
        "        if event.recordedtime is not None:\n",
        "        if False:\n",
        ("tests/unit/metrics/test_acts_of_before.py",),
    ),
    Mutant(
        "that the clock leaves a recorded contest where it is",
        "services/contests/domain/contest.py",
        "due_at=None if over else self.due_at)",
        "due_at=self.due_at)",
        ("tests/unit/contests/test_acts_of_before.py",),
    ),
    Mutant(
        "since when a group holds whom it holds",
        "services/posts/worker/audience_copy.py",
        "moved_at(news, before, after, added)",
        "{}",
        ("tests/unit/posts/test_acts_of_before.py",),
    ),
    Mutant(
        "a batch of an import is kept before it is sent",
        "mitmach/importing/recording/recorder.py",
        "        self._journal.leaves(batch)\n",
        "",
        (RESUMING,),
    ),
    Mutant(
        "what became of acts is kept together with the end of their batch",
        "mitmach/importing/recording/journal.py",
        "        with self._spool.batch():\n",
        "        if batch is not None:\n"
        "            self._spool.forget_batch(batch.key)\n"
        "        if True:\n",
        (RESUMING,),
    ),
    Mutant(
        "an act of an import is recorded with all of its requests",
        "mitmach/importing/recording/journal.py",
        "len(requests), sum(one.key",
        "1, sum(one.key",
        (RESUMING,),
    ),
    Mutant(
        "roles of an import in their place",
        "mitmach/importing/run.py",
        "while held and held[0].position < position:",
        "while held:",
        (RESUMING,),
    ),
    Mutant(
        "what services heard before an import was killed",
        "mitmach/importing/recording/journal.py",
        "        self.tokens.update(self._spool.remembered(_TOKEN))\n",
        "",
        (RESUMING,),
    ),
    Mutant(
        "the order of two acts on one thing",
        "mitmach/importing/recording/order.py",
        "            for reader, _ in thing.readers.values():\n"
        "                self._wait(node, reader)\n",
        "",
        ("tests/unit/mitmach/importing/test_order.py",),
    ),
    Mutant(
        "no more is recorded ahead than is known of afterwards",
        "mitmach/importing/recording/order.py",
        "if thing.additions - additions <= AHEAD:",
        "if True:",
        ("tests/unit/mitmach/importing/test_order.py",),
    ),
    Mutant(
        "who came since isn't in the audience of before",
        "services/posts/domain/arrivals.py",
        "if arrival.at > moment]",
        "if False]",
        (ARRIVALS,),
    ),
    Mutant(
        "nothing is said of who belonged to a group before somebody left",
        "services/posts/worker/arrivals.py",
        "        if ended is not None and ended > last.get(group_id, EARLIEST):\n",
        "        if False:\n",
        (ARRIVALS,),
    ),
    Mutant(
        "who is heard of as active later was a member before",
        "services/posts/worker/arrivals.py",
        "membership.person not in begun or",
        "True or",
        (ARRIVALS,),
    ),
    Mutant(
        "who came back has arrived anew",
        "shared/audience/learn.py",
        "if known is None or key in news.ended:",
        "if known is None:",
        (ARRIVALS,),
    ),
    Mutant(
        "a post of before for everyone",
        "services/posts/commands/posts.py",
        "through if channel.group_id == EVERYONE else _active(found)",
        "_active(found)",
        (ARRIVALS,),
    ),
    Mutant(
        "a share of before is recorded once",
        "services/posts/api/history.py",
        "engagement is not None and engagement.shared_at(now)",
        "False",
        ("tests/unit/posts/test_shares_of_before.py",),
    ),
)


def main() -> int:
    """Runs all mutants, or those whose names contain the first argument."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    mutants = [mutant for mutant in MUTANTS if wanted in mutant.name]
    with tempfile.TemporaryDirectory(prefix="mitmach-mutants-") as folder:
        copy = Path(folder)
        for name in COPIED:
            _copy(ROOT / name, copy / name)
        if not _passes(copy, sorted({test for mutant in mutants for test in mutant.tests})):
            _say("the unchanged tests fail: mend that first")
            return 2
        survivors = [mutant for mutant in mutants if not _is_noticed(mutant, copy)]
    _say(f"{len(mutants) - len(survivors)} of {len(mutants)} mutants were noticed")
    return 1 if survivors else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _is_noticed(mutant: Mutant, copy: Path) -> bool:
    path = copy / mutant.file
    source = path.read_text()
    if source.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.name}: {mutant.file} no longer has its words exactly once")
    path.write_text(source.replace(mutant.old, mutant.new))
    began = time.monotonic()
    try:
        noticed = not _passes(copy, mutant.tests)
    finally:
        path.write_text(source)
    verdict = "noticed" if noticed else "SURVIVED"
    _say(f"without {mutant.name}: {verdict} ({time.monotonic() - began:.0f} s)")
    return noticed


def _passes(copy: Path, tests: Sequence[str]) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        # The copy goes before the checkout that the environment has on its path.
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):  # 1: tests failed; anything else is no verdict
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
