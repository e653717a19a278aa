"""Contains all the data models used in inputs/outputs"""

from .account_status import AccountStatus
from .added_comment_view import AddedCommentView
from .advance_in import AdvanceIn
from .advance_in_to import AdvanceInTo
from .ballot_in import BallotIn
from .ballot_view import BallotView
from .batch_problem_view import BatchProblemView
from .cancel_in import CancelIn
from .cast_ballot_view import CastBallotView
from .channel_in import ChannelIn
from .channel_in_kind import ChannelInKind
from .channel_page import ChannelPage
from .channel_patch_in import ChannelPatchIn
from .channel_patch_in_kind import ChannelPatchInKind
from .channel_view import ChannelView
from .channel_view_kind import ChannelViewKind
from .comment_in import CommentIn
from .comment_page import CommentPage
from .comment_patch_in import CommentPatchIn
from .comment_standing_view import CommentStandingView
from .comment_standing_view_my_reaction_type_0 import CommentStandingViewMyReactionType0
from .comment_standing_view_reactions import CommentStandingViewReactions
from .comment_view import CommentView
from .comment_view_my_reaction_type_0 import CommentViewMyReactionType0
from .comment_view_reactions import CommentViewReactions
from .contest_figures_view import ContestFiguresView
from .contest_in import ContestIn
from .contest_in_kind import ContestInKind
from .contest_page import ContestPage
from .contest_patch_in import ContestPatchIn
from .contest_patch_in_kind import ContestPatchInKind
from .contest_results_view import ContestResultsView
from .contest_view import ContestView
from .contest_view_kind import ContestViewKind
from .contest_view_phase import ContestViewPhase
from .counts_now_view import CountsNowView
from .counts_now_view_reactions import CountsNowViewReactions
from .definition_view import DefinitionView
from .definitions_view import DefinitionsView
from .entry_in import EntryIn
from .entry_page import EntryPage
from .entry_patch_in import EntryPatchIn
from .entry_view import EntryView
from .entry_view_status_type_0 import EntryViewStatusType0
from .format_view import FormatView
from .formats_view import FormatsView
from .group_figures_view import GroupFiguresView
from .group_figures_view_state import GroupFiguresViewState
from .group_in import GroupIn
from .group_in_kind import GroupInKind
from .group_in_visibility import GroupInVisibility
from .group_page import GroupPage
from .group_patch_in import GroupPatchIn
from .group_patch_in_visibility import GroupPatchInVisibility
from .group_view import GroupView
from .group_view_kind import GroupViewKind
from .group_view_visibility import GroupViewVisibility
from .invitation_in import InvitationIn
from .invitation_page import InvitationPage
from .invitation_view import InvitationView
from .inviting_group_view import InvitingGroupView
from .inviting_group_view_kind import InvitingGroupViewKind
from .inviting_group_view_visibility import InvitingGroupViewVisibility
from .kpi_view import KpiView
from .kpi_view_parts import KpiViewParts
from .kpis_view import KpisView
from .leading_posts_view import LeadingPostsView
from .list_contests_kind import ListContestsKind
from .list_contests_phase import ListContestsPhase
from .list_groups_kind import ListGroupsKind
from .list_members_role import ListMembersRole
from .list_people_status import ListPeopleStatus
from .me_view import MeView
from .media_input import MediaInput
from .media_view import MediaView
from .member_page import MemberPage
from .member_view import MemberView
from .member_view_account import MemberViewAccount
from .member_view_role import MemberViewRole
from .membership_request_in import MembershipRequestIn
from .membership_request_page import MembershipRequestPage
from .membership_request_view import MembershipRequestView
from .membership_standing import MembershipStanding
from .membership_view import MembershipView
from .membership_view_role_type_0 import MembershipViewRoleType0
from .mine_now_view import MineNowView
from .mine_now_view_reaction_type_0 import MineNowViewReactionType0
from .my_engagement_view import MyEngagementView
from .my_engagement_view_reaction_type_0 import MyEngagementViewReactionType0
from .my_invitation_page import MyInvitationPage
from .my_invitation_view import MyInvitationView
from .my_membership_view import MyMembershipView
from .my_membership_view_role_type_0 import MyMembershipViewRoleType0
from .people_in import PeopleIn
from .people_invited_view import PeopleInvitedView
from .person_in import PersonIn
from .person_in_account import PersonInAccount
from .person_invited_view import PersonInvitedView
from .person_invited_view_status import PersonInvitedViewStatus
from .person_page import PersonPage
from .person_patch_in import PersonPatchIn
from .person_record_view import PersonRecordView
from .person_view import PersonView
from .person_view_account import PersonViewAccount
from .post_counts_view import PostCountsView
from .post_counts_view_reactions import PostCountsViewReactions
from .post_figures_view import PostFiguresView
from .post_in import PostIn
from .post_in_format import PostInFormat
from .post_in_kind import PostInKind
from .post_page import PostPage
from .post_patch_in import PostPatchIn
from .post_view import PostView
from .post_view_format import PostViewFormat
from .post_view_kind import PostViewKind
from .problem import Problem
from .problem_field import ProblemField
from .rank_view import RankView
from .ranked_entry_view import RankedEntryView
from .reaction_in import ReactionIn
from .reaction_in_kind import ReactionInKind
from .read_leading_posts_sort import ReadLeadingPostsSort
from .rejected_entry_view import RejectedEntryView
from .rejected_entry_view_category import RejectedEntryViewCategory
from .rejection_in import RejectionIn
from .rejection_in_category import RejectionInCategory
from .rejection_proposal_in import RejectionProposalIn
from .rejection_proposal_in_category import RejectionProposalInCategory
from .rejection_view import RejectionView
from .rejection_view_category import RejectionViewCategory
from .result_view import ResultView
from .revision_page import RevisionPage
from .revision_view import RevisionView
from .role_in import RoleIn
from .role_in_role import RoleInRole
from .rules_in import RulesIn
from .rules_in_tie_break import RulesInTieBreak
from .rules_patch_in import RulesPatchIn
from .rules_patch_in_tie_break import RulesPatchInTieBreak
from .rules_view import RulesView
from .rules_view_tie_break import RulesViewTieBreak
from .schedule_in import ScheduleIn
from .schedule_patch_in import SchedulePatchIn
from .schedule_view import ScheduleView
from .seen_posts_in import SeenPostsIn
from .seen_report_view import SeenReportView
from .seen_report_view_status import SeenReportViewStatus
from .seen_reports_view import SeenReportsView
from .series_view import SeriesView
from .share_in import ShareIn
from .share_view import ShareView
from .shared_post_view import SharedPostView
from .standing_view import StandingView
from .step_view import StepView
from .step_view_phase import StepViewPhase
from .topic_view import TopicView
from .topics_view import TopicsView
from .visit_view import VisitView

__all__ = (
    "AccountStatus",
    "AddedCommentView",
    "AdvanceIn",
    "AdvanceInTo",
    "BallotIn",
    "BallotView",
    "BatchProblemView",
    "CancelIn",
    "CastBallotView",
    "ChannelIn",
    "ChannelInKind",
    "ChannelPage",
    "ChannelPatchIn",
    "ChannelPatchInKind",
    "ChannelView",
    "ChannelViewKind",
    "CommentIn",
    "CommentPage",
    "CommentPatchIn",
    "CommentStandingView",
    "CommentStandingViewMyReactionType0",
    "CommentStandingViewReactions",
    "CommentView",
    "CommentViewMyReactionType0",
    "CommentViewReactions",
    "ContestFiguresView",
    "ContestIn",
    "ContestInKind",
    "ContestPage",
    "ContestPatchIn",
    "ContestPatchInKind",
    "ContestResultsView",
    "ContestView",
    "ContestViewKind",
    "ContestViewPhase",
    "CountsNowView",
    "CountsNowViewReactions",
    "DefinitionsView",
    "DefinitionView",
    "EntryIn",
    "EntryPage",
    "EntryPatchIn",
    "EntryView",
    "EntryViewStatusType0",
    "FormatsView",
    "FormatView",
    "GroupFiguresView",
    "GroupFiguresViewState",
    "GroupIn",
    "GroupInKind",
    "GroupInVisibility",
    "GroupPage",
    "GroupPatchIn",
    "GroupPatchInVisibility",
    "GroupView",
    "GroupViewKind",
    "GroupViewVisibility",
    "InvitationIn",
    "InvitationPage",
    "InvitationView",
    "InvitingGroupView",
    "InvitingGroupViewKind",
    "InvitingGroupViewVisibility",
    "KpisView",
    "KpiView",
    "KpiViewParts",
    "LeadingPostsView",
    "ListContestsKind",
    "ListContestsPhase",
    "ListGroupsKind",
    "ListMembersRole",
    "ListPeopleStatus",
    "MediaInput",
    "MediaView",
    "MemberPage",
    "MembershipRequestIn",
    "MembershipRequestPage",
    "MembershipRequestView",
    "MembershipStanding",
    "MembershipView",
    "MembershipViewRoleType0",
    "MemberView",
    "MemberViewAccount",
    "MemberViewRole",
    "MeView",
    "MineNowView",
    "MineNowViewReactionType0",
    "MyEngagementView",
    "MyEngagementViewReactionType0",
    "MyInvitationPage",
    "MyInvitationView",
    "MyMembershipView",
    "MyMembershipViewRoleType0",
    "PeopleIn",
    "PeopleInvitedView",
    "PersonIn",
    "PersonInAccount",
    "PersonInvitedView",
    "PersonInvitedViewStatus",
    "PersonPage",
    "PersonPatchIn",
    "PersonRecordView",
    "PersonView",
    "PersonViewAccount",
    "PostCountsView",
    "PostCountsViewReactions",
    "PostFiguresView",
    "PostIn",
    "PostInFormat",
    "PostInKind",
    "PostPage",
    "PostPatchIn",
    "PostView",
    "PostViewFormat",
    "PostViewKind",
    "Problem",
    "ProblemField",
    "RankedEntryView",
    "RankView",
    "ReactionIn",
    "ReactionInKind",
    "ReadLeadingPostsSort",
    "RejectedEntryView",
    "RejectedEntryViewCategory",
    "RejectionIn",
    "RejectionInCategory",
    "RejectionProposalIn",
    "RejectionProposalInCategory",
    "RejectionView",
    "RejectionViewCategory",
    "ResultView",
    "RevisionPage",
    "RevisionView",
    "RoleIn",
    "RoleInRole",
    "RulesIn",
    "RulesInTieBreak",
    "RulesPatchIn",
    "RulesPatchInTieBreak",
    "RulesView",
    "RulesViewTieBreak",
    "ScheduleIn",
    "SchedulePatchIn",
    "ScheduleView",
    "SeenPostsIn",
    "SeenReportsView",
    "SeenReportView",
    "SeenReportViewStatus",
    "SeriesView",
    "SharedPostView",
    "ShareIn",
    "ShareView",
    "StandingView",
    "StepView",
    "StepViewPhase",
    "TopicsView",
    "TopicView",
    "VisitView",
)
