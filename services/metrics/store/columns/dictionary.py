"""The dictionary of the columns: formats and topics are small numbers there, their codes."""


class Dictionary:
    """Codes for formats and topics, the same for all days in memory.

    Codes are given out in the order in which values are met, from 0, and never change. So a column
    of codes can be compared, counted and joined without looking at a text.
    """

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._values: list[str] = []

    def find(self, value: str) -> int:
        """The code of a value; -1 if no post has it."""
        return self._codes.get(value, -1)

    def encode(self, value: str) -> int:
        """The code of a value, a new one if it has none yet."""
        found = self._codes.get(value)
        if found is None:
            found = self._codes[value] = len(self._values)
            self._values.append(value)
        return found

    def __getitem__(self, code: int) -> str:
        return self._values[code]

    def __len__(self) -> int:
        return len(self._values)
