"""The smallest service that has everything: private notes, and how many each person has written.

    python -m examples.notes api | relay | worker

domain/    what a note is
commands/  writing one: state and event in one decision
queries/   reading
store.py   collections and indexes
api/       HTTP
worker/    folds the service's own events: notes per person, each counted once
events.py  the event and its topic; of a service of the platform they stand in `shared/contract`
app.py     one builder per role

docs/recipes/add-a-service.md makes a service of the platform of it.
"""
