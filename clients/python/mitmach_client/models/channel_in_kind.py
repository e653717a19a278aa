from typing import Literal

ChannelInKind = Literal["contest", "discussion", "help", "ideas", "news"]

CHANNEL_IN_KIND_VALUES: set[ChannelInKind] = {
    "contest",
    "discussion",
    "help",
    "ideas",
    "news",
}


def check_channel_in_kind(value: str) -> ChannelInKind:
    if value in CHANNEL_IN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHANNEL_IN_KIND_VALUES!r}"
    )
