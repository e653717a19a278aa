"""What a person hears who may not: that there is nothing, or that it isn't for them."""

from shared.contract.errors import Category, Refusal


class NotVisible(Refusal):
    """It isn't there, or this person may not know of it: the answer is the same for both."""

    category = Category.MISSING
    title = "There is no such thing"

    def __init__(self, detail: str = "It doesn't exist, or you may not see it.") -> None:
        super().__init__(detail)


class NotAllowed(Refusal):
    """It may be seen; this person may not do that with it."""

    category = Category.FORBIDDEN
    title = "You may not do this"

    def __init__(
        self, detail: str = "Ask someone whose role in the group or on the platform allows it."
    ) -> None:
        super().__init__(detail)


class PersonSuspended(NotAllowed):
    """A suspended person may read what they could read as an outsider, and do nothing."""

    title = "This account is suspended"

    def __init__(
        self, detail: str = "Ask an administrator of the platform to reinstate it."
    ) -> None:
        super().__init__(detail)
