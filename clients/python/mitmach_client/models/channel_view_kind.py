from typing import Literal

ChannelViewKind = Literal["contest", "discussion", "help", "ideas", "news"]

CHANNEL_VIEW_KIND_VALUES: set[ChannelViewKind] = {
    "contest",
    "discussion",
    "help",
    "ideas",
    "news",
}


def check_channel_view_kind(value: str) -> ChannelViewKind:
    if value in CHANNEL_VIEW_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHANNEL_VIEW_KIND_VALUES!r}"
    )
