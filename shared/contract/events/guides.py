"""Events about guides, guidelines and pilots. Planned: the groups service will emit them."""

import msgspec

from shared.contract.events.groups import AboutGroup
from shared.contract.events.vocabulary import Code, Count, Id, Moment, PersonId, StepAction


class AboutGuide(AboutGroup, frozen=True, kw_only=True):
    """What every event about a guide says.

    A guide for all people belongs to the group of kind `everyone`.

    Attributes:
        guide_id: The guide.
        guide_version: The version of its steps, from 1.
        required: It has required steps.
    """

    subject_field = "guide_id"

    guide_id: Id
    guide_version: Count
    required: bool


class GuidePublished(AboutGuide, frozen=True, kw_only=True):
    """A guide, or a new version of it, is there for its people.

    Attributes:
        steps: The number of steps in this version.
        required_steps: Of these, how many are required.
    """

    type = "mitmach.guide.published"

    steps: Count
    required_steps: Count


class GuideRetired(AboutGuide, frozen=True, kw_only=True):
    """A guide is asked of nobody any more."""

    type = "mitmach.guide.retired"


class GuideStepCompleted(AboutGuide, frozen=True, kw_only=True):
    """A person finished a step of a guide; once per person, version and step.

    Attributes:
        person: The id of the person who finished it.
        step: Position in this version, from 0.
        step_required: The step is required.
        action: The act that the step asks for; `none`: to be read.
        automatic: Noticed from what the person did, not ticked by hand.
    """

    type = "mitmach.guide_step.completed"

    person: PersonId
    step: Count
    step_required: bool
    action: StepAction
    automatic: bool


class GuideCompleted(AboutGuide, frozen=True, kw_only=True):
    """A person finished the last required step of a guide (or the last one, if none is required).

    Attributes:
        person: The id of the person who finished it.
        all_required: With this, all that all guides require of the person is done.
    """

    type = "mitmach.guide.completed"

    person: PersonId
    all_required: bool


class GuidelineAcknowledged(AboutGroup, frozen=True, kw_only=True):
    """A member has acknowledged the group's guideline.

    Attributes:
        member: The id of the member who acknowledged it.
        guideline_version: The version that was acknowledged, from 1.
    """

    type = "mitmach.guideline.acknowledged"

    member: PersonId
    guideline_version: Count


class PilotGoal(msgspec.Struct, frozen=True, kw_only=True):
    """What a pilot wants to reach.

    Attributes:
        kpi: Its name in the catalogue of KPIs.
        target: The value to reach.
    """

    kpi: Code
    target: float


class AboutPilot(AboutGroup, frozen=True, kw_only=True):
    """What every event about a pilot says. A pilot is a group of kind `pilot`.

    Attributes:
        starts_at: When it is planned to begin.
        ends_at: When it is planned to end.
        goals: The KPIs that the pilot wants to move, each with its target.
        compared_with: Group to compare with; left out: everybody else.
    """

    starts_at: Moment
    ends_at: Moment
    goals: tuple[PilotGoal, ...]
    compared_with: Id | None = None


class PilotStarted(AboutPilot, frozen=True, kw_only=True):
    """A pilot began, by the clock or by hand."""

    type = "mitmach.pilot.started"


class PilotEnded(AboutPilot, frozen=True, kw_only=True):
    """A pilot ended.

    Attributes:
        early: Before its planned end.
    """

    type = "mitmach.pilot.ended"

    early: bool
