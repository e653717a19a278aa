"""The contests service: from a draft to a published result, with a vote sealed until then.

Owns      contests, their entries, a ballot per person and contest, the result.
Emits     contest.*, entry.*, ballot.* and results.published on `mitmach.contests.v1`; what a ballot
          chose travels only as ballot.recorded on the restricted topic `mitmach.ballots.v1`.
Consumes  people and groups, for its own copy of who belongs where: `worker/audience_copy.py`.

Where to look: `domain/` has the rules, `commands/` what can be done, `queries/` what can be asked,
`worker/` what happens by the clock.
"""
