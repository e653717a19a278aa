from typing import Literal

ErasureViewTexts = Literal["deleted", "kept"]

ERASURE_VIEW_TEXTS_VALUES: set[ErasureViewTexts] = {
    "deleted",
    "kept",
}


def check_erasure_view_texts(value: str) -> ErasureViewTexts:
    if value in ERASURE_VIEW_TEXTS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ERASURE_VIEW_TEXTS_VALUES!r}"
    )
