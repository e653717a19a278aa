r"""Ids of people: whatever an identity provider may call a person.

OpenID Connect (Core 1.0, section 2) lets a subject be any ASCII text of at most 255 characters, and
providers use that: base64 with slashes (ADFS), a hyphen in front (Entra), `CORP\jdoe`, whole LDAP
names with commas and blanks. So an id is taken as it is, compared exactly, and percent-encoded
where it stands in a path (see `shared/web/http/requests/paths.py`).

Three things are refused, by one rule for tokens and for people who are provisioned:

- control characters: no provider gives them, and they break log lines, terminals and CSV files;
- a blank at either end: two people whom nobody can tell apart by looking, and clients trim;
- `me`, `.` and `..`: a path can't say them, the first because it means the caller, the others
  because clients and proxies take them out of a path, percent-encoded or not.
"""

# OpenID Connect Core 1.0, section 2.
LONGEST_EXTERNAL_ID = 255

# For OpenAPI and for search in forms; `fault_of` says the same with reasons.
EXTERNAL_ID_PATTERN = r"^[!-~]([ -~]*[!-~])?$"

RESERVED = frozenset({"me", ".", ".."})


def fault_of(person_id: object) -> str | None:
    """What is wrong with an id, as the end of a sentence that begins with its name.

    Returns:
        None for an id that can be used. Never quotes the id: it may be somebody's name.
    """
    if not isinstance(person_id, str):
        return "isn't a text"
    if not person_id:
        return "is empty"
    if len(person_id) > LONGEST_EXTERNAL_ID:
        return f"has {len(person_id)} characters, and {LONGEST_EXTERNAL_ID} are the most"
    if not person_id.isascii():
        return "has a character outside of ASCII"
    if not person_id.isprintable():
        return "has a control character"
    if person_id[0] == " " or person_id[-1] == " ":
        return "begins or ends with a blank"
    if person_id in RESERVED:
        return "is `me`, `.` or `..`, which can't stand for a person in a path"
    return None
