from typing import Literal

RejectionProposalInCategory = Literal[
    "copyright", "off_topic", "offensive", "other", "privacy", "rules"
]

REJECTION_PROPOSAL_IN_CATEGORY_VALUES: set[RejectionProposalInCategory] = {
    "copyright",
    "off_topic",
    "offensive",
    "other",
    "privacy",
    "rules",
}


def check_rejection_proposal_in_category(value: str) -> RejectionProposalInCategory:
    if value in REJECTION_PROPOSAL_IN_CATEGORY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REJECTION_PROPOSAL_IN_CATEGORY_VALUES!r}"
    )
