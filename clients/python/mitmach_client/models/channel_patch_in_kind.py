from typing import Literal

ChannelPatchInKind = Literal["contest", "discussion", "help", "ideas", "news"]

CHANNEL_PATCH_IN_KIND_VALUES: set[ChannelPatchInKind] = {
    "contest",
    "discussion",
    "help",
    "ideas",
    "news",
}


def check_channel_patch_in_kind(value: str) -> ChannelPatchInKind:
    if value in CHANNEL_PATCH_IN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHANNEL_PATCH_IN_KIND_VALUES!r}"
    )
