"""Contains all the data models used in inputs/outputs"""

from .accept_entry_problem import AcceptEntryProblem
from .accept_entry_problem_type import AcceptEntryProblemType
from .accept_invitation_problem import AcceptInvitationProblem
from .accept_invitation_problem_type import AcceptInvitationProblemType
from .account_status import AccountStatus
from .add_comment_problem import AddCommentProblem
from .add_comment_problem_type import AddCommentProblemType
from .added_comment_view import AddedCommentView
from .advance_contest_problem import AdvanceContestProblem
from .advance_contest_problem_type import AdvanceContestProblemType
from .advance_in import AdvanceIn
from .advance_in_to import AdvanceInTo
from .announce_contest_problem import AnnounceContestProblem
from .announce_contest_problem_type import AnnounceContestProblemType
from .approve_request_problem import ApproveRequestProblem
from .approve_request_problem_type import ApproveRequestProblemType
from .archive_channel_problem import ArchiveChannelProblem
from .archive_channel_problem_type import ArchiveChannelProblemType
from .archive_group_problem import ArchiveGroupProblem
from .archive_group_problem_type import ArchiveGroupProblemType
from .ballot_in import BallotIn
from .ballot_view import BallotView
from .batch_problem_view import BatchProblemView
from .cancel_contest_problem import CancelContestProblem
from .cancel_contest_problem_type import CancelContestProblemType
from .cancel_in import CancelIn
from .cast_ballot_problem import CastBallotProblem
from .cast_ballot_problem_type import CastBallotProblemType
from .cast_ballot_view import CastBallotView
from .change_channel_problem import ChangeChannelProblem
from .change_channel_problem_type import ChangeChannelProblemType
from .change_contest_problem import ChangeContestProblem
from .change_contest_problem_type import ChangeContestProblemType
from .change_external_id_problem import ChangeExternalIdProblem
from .change_external_id_problem_type import ChangeExternalIdProblemType
from .change_group_problem import ChangeGroupProblem
from .change_group_problem_type import ChangeGroupProblemType
from .change_person_problem import ChangePersonProblem
from .change_person_problem_type import ChangePersonProblemType
from .change_role_problem import ChangeRoleProblem
from .change_role_problem_type import ChangeRoleProblemType
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
from .confirm_rejection_problem import ConfirmRejectionProblem
from .confirm_rejection_problem_type import ConfirmRejectionProblemType
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
from .create_channel_problem import CreateChannelProblem
from .create_channel_problem_type import CreateChannelProblemType
from .create_contest_problem import CreateContestProblem
from .create_contest_problem_type import CreateContestProblemType
from .create_group_problem import CreateGroupProblem
from .create_group_problem_type import CreateGroupProblemType
from .create_people_problem import CreatePeopleProblem
from .create_people_problem_type import CreatePeopleProblemType
from .create_person_problem import CreatePersonProblem
from .create_person_problem_type import CreatePersonProblemType
from .decline_invitation_problem import DeclineInvitationProblem
from .decline_invitation_problem_type import DeclineInvitationProblemType
from .decline_request_problem import DeclineRequestProblem
from .decline_request_problem_type import DeclineRequestProblemType
from .definition_view import DefinitionView
from .definitions_view import DefinitionsView
from .delete_comment_problem import DeleteCommentProblem
from .delete_comment_problem_type import DeleteCommentProblemType
from .delete_group_problem import DeleteGroupProblem
from .delete_group_problem_type import DeleteGroupProblemType
from .delete_post_problem import DeletePostProblem
from .delete_post_problem_type import DeletePostProblemType
from .edit_comment_problem import EditCommentProblem
from .edit_comment_problem_type import EditCommentProblemType
from .edit_entry_problem import EditEntryProblem
from .edit_entry_problem_type import EditEntryProblemType
from .edit_post_problem import EditPostProblem
from .edit_post_problem_type import EditPostProblemType
from .entry_in import EntryIn
from .entry_page import EntryPage
from .entry_patch_in import EntryPatchIn
from .entry_view import EntryView
from .entry_view_status_type_0 import EntryViewStatusType0
from .erase_person_problem import ErasePersonProblem
from .erase_person_problem_type import ErasePersonProblemType
from .erasure_view import ErasureView
from .erasure_view_texts import ErasureViewTexts
from .external_id_in import ExternalIdIn
from .first_comments_view import FirstCommentsView
from .forgotten_by_view import ForgottenByView
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
from .invite_problem import InviteProblem
from .invite_problem_type import InviteProblemType
from .inviting_group_view import InvitingGroupView
from .inviting_group_view_kind import InvitingGroupViewKind
from .inviting_group_view_visibility import InvitingGroupViewVisibility
from .join_group_problem import JoinGroupProblem
from .join_group_problem_type import JoinGroupProblemType
from .joined_group_view import JoinedGroupView
from .joined_group_view_role_type_0 import JoinedGroupViewRoleType0
from .kpi_view import KpiView
from .kpi_view_parts import KpiViewParts
from .kpis_view import KpisView
from .ladder_view import LadderView
from .leading_posts_view import LeadingPostsView
from .leave_group_problem import LeaveGroupProblem
from .leave_group_problem_type import LeaveGroupProblemType
from .leave_organisation_problem import LeaveOrganisationProblem
from .leave_organisation_problem_type import LeaveOrganisationProblemType
from .list_channels_problem import ListChannelsProblem
from .list_channels_problem_type import ListChannelsProblemType
from .list_comments_problem import ListCommentsProblem
from .list_comments_problem_type import ListCommentsProblemType
from .list_contests_kind import ListContestsKind
from .list_contests_phase import ListContestsPhase
from .list_contests_problem import ListContestsProblem
from .list_contests_problem_type import ListContestsProblemType
from .list_entries_problem import ListEntriesProblem
from .list_entries_problem_type import ListEntriesProblemType
from .list_groups_kind import ListGroupsKind
from .list_groups_problem import ListGroupsProblem
from .list_groups_problem_type import ListGroupsProblemType
from .list_invitations_problem import ListInvitationsProblem
from .list_invitations_problem_type import ListInvitationsProblemType
from .list_members_problem import ListMembersProblem
from .list_members_problem_type import ListMembersProblemType
from .list_members_role import ListMembersRole
from .list_my_invitations_problem import ListMyInvitationsProblem
from .list_my_invitations_problem_type import ListMyInvitationsProblemType
from .list_people_problem import ListPeopleProblem
from .list_people_problem_type import ListPeopleProblemType
from .list_people_status import ListPeopleStatus
from .list_posts_problem import ListPostsProblem
from .list_posts_problem_type import ListPostsProblemType
from .list_requests_problem import ListRequestsProblem
from .list_requests_problem_type import ListRequestsProblemType
from .listed_post_page import ListedPostPage
from .listed_post_view import ListedPostView
from .listed_post_view_format import ListedPostViewFormat
from .listed_post_view_kind import ListedPostViewKind
from .live_counts_view import LiveCountsView
from .live_event_view import LiveEventView
from .live_totals_view import LiveTotalsView
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
from .past_act_in import PastActIn
from .past_act_in_body import PastActInBody
from .past_acts_in import PastActsIn
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
from .post_patch_in import PostPatchIn
from .post_view import PostView
from .post_view_format import PostViewFormat
from .post_view_kind import PostViewKind
from .problem import Problem
from .problem_field import ProblemField
from .propose_rejection_problem import ProposeRejectionProblem
from .propose_rejection_problem_type import ProposeRejectionProblemType
from .publish_post_problem import PublishPostProblem
from .publish_post_problem_type import PublishPostProblemType
from .rank_view import RankView
from .ranked_entry_view import RankedEntryView
from .react_to_comment_problem import ReactToCommentProblem
from .react_to_comment_problem_type import ReactToCommentProblemType
from .react_to_post_problem import ReactToPostProblem
from .react_to_post_problem_type import ReactToPostProblemType
from .reaction_in import ReactionIn
from .reaction_in_kind import ReactionInKind
from .read_ballot_problem import ReadBallotProblem
from .read_ballot_problem_type import ReadBallotProblemType
from .read_channel_problem import ReadChannelProblem
from .read_channel_problem_type import ReadChannelProblemType
from .read_channels_problem import ReadChannelsProblem
from .read_channels_problem_type import ReadChannelsProblemType
from .read_contest_figures_problem import ReadContestFiguresProblem
from .read_contest_figures_problem_type import ReadContestFiguresProblemType
from .read_contest_problem import ReadContestProblem
from .read_contest_problem_type import ReadContestProblemType
from .read_entry_problem import ReadEntryProblem
from .read_entry_problem_type import ReadEntryProblemType
from .read_erasure_problem import ReadErasureProblem
from .read_erasure_problem_type import ReadErasureProblemType
from .read_feed_problem import ReadFeedProblem
from .read_feed_problem_type import ReadFeedProblemType
from .read_formats_problem import ReadFormatsProblem
from .read_formats_problem_type import ReadFormatsProblemType
from .read_group_figures_problem import ReadGroupFiguresProblem
from .read_group_figures_problem_type import ReadGroupFiguresProblemType
from .read_group_problem import ReadGroupProblem
from .read_group_problem_type import ReadGroupProblemType
from .read_history_problem import ReadHistoryProblem
from .read_history_problem_type import ReadHistoryProblemType
from .read_kpi_definitions_problem import ReadKpiDefinitionsProblem
from .read_kpi_definitions_problem_type import ReadKpiDefinitionsProblemType
from .read_kpi_problem import ReadKpiProblem
from .read_kpi_problem_type import ReadKpiProblemType
from .read_kpi_series_problem import ReadKpiSeriesProblem
from .read_kpi_series_problem_type import ReadKpiSeriesProblemType
from .read_kpis_problem import ReadKpisProblem
from .read_kpis_problem_type import ReadKpisProblemType
from .read_leading_posts_problem import ReadLeadingPostsProblem
from .read_leading_posts_problem_type import ReadLeadingPostsProblemType
from .read_leading_posts_sort import ReadLeadingPostsSort
from .read_me_problem import ReadMeProblem
from .read_me_problem_type import ReadMeProblemType
from .read_member_problem import ReadMemberProblem
from .read_member_problem_type import ReadMemberProblemType
from .read_person_problem import ReadPersonProblem
from .read_person_problem_type import ReadPersonProblemType
from .read_post_figures_problem import ReadPostFiguresProblem
from .read_post_figures_problem_type import ReadPostFiguresProblemType
from .read_post_problem import ReadPostProblem
from .read_post_problem_type import ReadPostProblemType
from .read_results_problem import ReadResultsProblem
from .read_results_problem_type import ReadResultsProblemType
from .read_topics_problem import ReadTopicsProblem
from .read_topics_problem_type import ReadTopicsProblemType
from .record_groups_history_problem import RecordGroupsHistoryProblem
from .record_groups_history_problem_type import RecordGroupsHistoryProblemType
from .record_posts_history_problem import RecordPostsHistoryProblem
from .record_posts_history_problem_type import RecordPostsHistoryProblemType
from .recorded_act_view import RecordedActView
from .recorded_acts_view import RecordedActsView
from .reinstate_person_problem import ReinstatePersonProblem
from .reinstate_person_problem_type import ReinstatePersonProblemType
from .reject_entry_problem import RejectEntryProblem
from .reject_entry_problem_type import RejectEntryProblemType
from .rejected_entry_view import RejectedEntryView
from .rejected_entry_view_category import RejectedEntryViewCategory
from .rejection_in import RejectionIn
from .rejection_in_category import RejectionInCategory
from .rejection_proposal_in import RejectionProposalIn
from .rejection_proposal_in_category import RejectionProposalInCategory
from .rejection_view import RejectionView
from .rejection_view_category import RejectionViewCategory
from .remove_member_problem import RemoveMemberProblem
from .remove_member_problem_type import RemoveMemberProblemType
from .request_membership_problem import RequestMembershipProblem
from .request_membership_problem_type import RequestMembershipProblemType
from .restore_group_problem import RestoreGroupProblem
from .restore_group_problem_type import RestoreGroupProblemType
from .result_view import ResultView
from .revision_page import RevisionPage
from .revision_view import RevisionView
from .revoke_invitation_problem import RevokeInvitationProblem
from .revoke_invitation_problem_type import RevokeInvitationProblemType
from .role_in import RoleIn
from .role_in_role import RoleInRole
from .rules_in import RulesIn
from .rules_in_tie_break import RulesInTieBreak
from .rules_patch_in import RulesPatchIn
from .rules_patch_in_tie_break import RulesPatchInTieBreak
from .rules_view import RulesView
from .rules_view_tie_break import RulesViewTieBreak
from .rung_view import RungView
from .schedule_in import ScheduleIn
from .schedule_patch_in import SchedulePatchIn
from .schedule_view import ScheduleView
from .seen_posts_in import SeenPostsIn
from .seen_report_view import SeenReportView
from .seen_report_view_status import SeenReportViewStatus
from .seen_reports_view import SeenReportsView
from .series_view import SeriesView
from .service_name import ServiceName
from .share_in import ShareIn
from .share_post_problem import SharePostProblem
from .share_post_problem_type import SharePostProblemType
from .share_view import ShareView
from .shared_post_view import SharedPostView
from .standing_view import StandingView
from .step_view import StepView
from .step_view_phase import StepViewPhase
from .submit_entry_problem import SubmitEntryProblem
from .submit_entry_problem_type import SubmitEntryProblemType
from .suspend_person_problem import SuspendPersonProblem
from .suspend_person_problem_type import SuspendPersonProblemType
from .take_back_comment_reaction_problem import TakeBackCommentReactionProblem
from .take_back_comment_reaction_problem_type import TakeBackCommentReactionProblemType
from .take_back_reaction_problem import TakeBackReactionProblem
from .take_back_reaction_problem_type import TakeBackReactionProblemType
from .topic_view import TopicView
from .topics_view import TopicsView
from .view_entry_problem import ViewEntryProblem
from .view_entry_problem_type import ViewEntryProblemType
from .view_post_problem import ViewPostProblem
from .view_post_problem_type import ViewPostProblemType
from .view_posts_problem import ViewPostsProblem
from .view_posts_problem_type import ViewPostsProblemType
from .visit_problem import VisitProblem
from .visit_problem_type import VisitProblemType
from .visit_view import VisitView
from .watch_live_problem import WatchLiveProblem
from .watch_live_problem_type import WatchLiveProblemType
from .withdraw_ballot_problem import WithdrawBallotProblem
from .withdraw_ballot_problem_type import WithdrawBallotProblemType
from .withdraw_entry_problem import WithdrawEntryProblem
from .withdraw_entry_problem_type import WithdrawEntryProblemType
from .withdraw_request_problem import WithdrawRequestProblem
from .withdraw_request_problem_type import WithdrawRequestProblemType

__all__ = (
    "AcceptEntryProblem",
    "AcceptEntryProblemType",
    "AcceptInvitationProblem",
    "AcceptInvitationProblemType",
    "AccountStatus",
    "AddCommentProblem",
    "AddCommentProblemType",
    "AddedCommentView",
    "AdvanceContestProblem",
    "AdvanceContestProblemType",
    "AdvanceIn",
    "AdvanceInTo",
    "AnnounceContestProblem",
    "AnnounceContestProblemType",
    "ApproveRequestProblem",
    "ApproveRequestProblemType",
    "ArchiveChannelProblem",
    "ArchiveChannelProblemType",
    "ArchiveGroupProblem",
    "ArchiveGroupProblemType",
    "BallotIn",
    "BallotView",
    "BatchProblemView",
    "CancelContestProblem",
    "CancelContestProblemType",
    "CancelIn",
    "CastBallotProblem",
    "CastBallotProblemType",
    "CastBallotView",
    "ChangeChannelProblem",
    "ChangeChannelProblemType",
    "ChangeContestProblem",
    "ChangeContestProblemType",
    "ChangeExternalIdProblem",
    "ChangeExternalIdProblemType",
    "ChangeGroupProblem",
    "ChangeGroupProblemType",
    "ChangePersonProblem",
    "ChangePersonProblemType",
    "ChangeRoleProblem",
    "ChangeRoleProblemType",
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
    "ConfirmRejectionProblem",
    "ConfirmRejectionProblemType",
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
    "CreateChannelProblem",
    "CreateChannelProblemType",
    "CreateContestProblem",
    "CreateContestProblemType",
    "CreateGroupProblem",
    "CreateGroupProblemType",
    "CreatePeopleProblem",
    "CreatePeopleProblemType",
    "CreatePersonProblem",
    "CreatePersonProblemType",
    "DeclineInvitationProblem",
    "DeclineInvitationProblemType",
    "DeclineRequestProblem",
    "DeclineRequestProblemType",
    "DefinitionsView",
    "DefinitionView",
    "DeleteCommentProblem",
    "DeleteCommentProblemType",
    "DeleteGroupProblem",
    "DeleteGroupProblemType",
    "DeletePostProblem",
    "DeletePostProblemType",
    "EditCommentProblem",
    "EditCommentProblemType",
    "EditEntryProblem",
    "EditEntryProblemType",
    "EditPostProblem",
    "EditPostProblemType",
    "EntryIn",
    "EntryPage",
    "EntryPatchIn",
    "EntryView",
    "EntryViewStatusType0",
    "ErasePersonProblem",
    "ErasePersonProblemType",
    "ErasureView",
    "ErasureViewTexts",
    "ExternalIdIn",
    "FirstCommentsView",
    "ForgottenByView",
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
    "InviteProblem",
    "InviteProblemType",
    "InvitingGroupView",
    "InvitingGroupViewKind",
    "InvitingGroupViewVisibility",
    "JoinedGroupView",
    "JoinedGroupViewRoleType0",
    "JoinGroupProblem",
    "JoinGroupProblemType",
    "KpisView",
    "KpiView",
    "KpiViewParts",
    "LadderView",
    "LeadingPostsView",
    "LeaveGroupProblem",
    "LeaveGroupProblemType",
    "LeaveOrganisationProblem",
    "LeaveOrganisationProblemType",
    "ListChannelsProblem",
    "ListChannelsProblemType",
    "ListCommentsProblem",
    "ListCommentsProblemType",
    "ListContestsKind",
    "ListContestsPhase",
    "ListContestsProblem",
    "ListContestsProblemType",
    "ListedPostPage",
    "ListedPostView",
    "ListedPostViewFormat",
    "ListedPostViewKind",
    "ListEntriesProblem",
    "ListEntriesProblemType",
    "ListGroupsKind",
    "ListGroupsProblem",
    "ListGroupsProblemType",
    "ListInvitationsProblem",
    "ListInvitationsProblemType",
    "ListMembersProblem",
    "ListMembersProblemType",
    "ListMembersRole",
    "ListMyInvitationsProblem",
    "ListMyInvitationsProblemType",
    "ListPeopleProblem",
    "ListPeopleProblemType",
    "ListPeopleStatus",
    "ListPostsProblem",
    "ListPostsProblemType",
    "ListRequestsProblem",
    "ListRequestsProblemType",
    "LiveCountsView",
    "LiveEventView",
    "LiveTotalsView",
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
    "PastActIn",
    "PastActInBody",
    "PastActsIn",
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
    "PostPatchIn",
    "PostView",
    "PostViewFormat",
    "PostViewKind",
    "Problem",
    "ProblemField",
    "ProposeRejectionProblem",
    "ProposeRejectionProblemType",
    "PublishPostProblem",
    "PublishPostProblemType",
    "RankedEntryView",
    "RankView",
    "ReactionIn",
    "ReactionInKind",
    "ReactToCommentProblem",
    "ReactToCommentProblemType",
    "ReactToPostProblem",
    "ReactToPostProblemType",
    "ReadBallotProblem",
    "ReadBallotProblemType",
    "ReadChannelProblem",
    "ReadChannelProblemType",
    "ReadChannelsProblem",
    "ReadChannelsProblemType",
    "ReadContestFiguresProblem",
    "ReadContestFiguresProblemType",
    "ReadContestProblem",
    "ReadContestProblemType",
    "ReadEntryProblem",
    "ReadEntryProblemType",
    "ReadErasureProblem",
    "ReadErasureProblemType",
    "ReadFeedProblem",
    "ReadFeedProblemType",
    "ReadFormatsProblem",
    "ReadFormatsProblemType",
    "ReadGroupFiguresProblem",
    "ReadGroupFiguresProblemType",
    "ReadGroupProblem",
    "ReadGroupProblemType",
    "ReadHistoryProblem",
    "ReadHistoryProblemType",
    "ReadKpiDefinitionsProblem",
    "ReadKpiDefinitionsProblemType",
    "ReadKpiProblem",
    "ReadKpiProblemType",
    "ReadKpiSeriesProblem",
    "ReadKpiSeriesProblemType",
    "ReadKpisProblem",
    "ReadKpisProblemType",
    "ReadLeadingPostsProblem",
    "ReadLeadingPostsProblemType",
    "ReadLeadingPostsSort",
    "ReadMemberProblem",
    "ReadMemberProblemType",
    "ReadMeProblem",
    "ReadMeProblemType",
    "ReadPersonProblem",
    "ReadPersonProblemType",
    "ReadPostFiguresProblem",
    "ReadPostFiguresProblemType",
    "ReadPostProblem",
    "ReadPostProblemType",
    "ReadResultsProblem",
    "ReadResultsProblemType",
    "ReadTopicsProblem",
    "ReadTopicsProblemType",
    "RecordedActsView",
    "RecordedActView",
    "RecordGroupsHistoryProblem",
    "RecordGroupsHistoryProblemType",
    "RecordPostsHistoryProblem",
    "RecordPostsHistoryProblemType",
    "ReinstatePersonProblem",
    "ReinstatePersonProblemType",
    "RejectedEntryView",
    "RejectedEntryViewCategory",
    "RejectEntryProblem",
    "RejectEntryProblemType",
    "RejectionIn",
    "RejectionInCategory",
    "RejectionProposalIn",
    "RejectionProposalInCategory",
    "RejectionView",
    "RejectionViewCategory",
    "RemoveMemberProblem",
    "RemoveMemberProblemType",
    "RequestMembershipProblem",
    "RequestMembershipProblemType",
    "RestoreGroupProblem",
    "RestoreGroupProblemType",
    "ResultView",
    "RevisionPage",
    "RevisionView",
    "RevokeInvitationProblem",
    "RevokeInvitationProblemType",
    "RoleIn",
    "RoleInRole",
    "RulesIn",
    "RulesInTieBreak",
    "RulesPatchIn",
    "RulesPatchInTieBreak",
    "RulesView",
    "RulesViewTieBreak",
    "RungView",
    "ScheduleIn",
    "SchedulePatchIn",
    "ScheduleView",
    "SeenPostsIn",
    "SeenReportsView",
    "SeenReportView",
    "SeenReportViewStatus",
    "SeriesView",
    "ServiceName",
    "SharedPostView",
    "ShareIn",
    "SharePostProblem",
    "SharePostProblemType",
    "ShareView",
    "StandingView",
    "StepView",
    "StepViewPhase",
    "SubmitEntryProblem",
    "SubmitEntryProblemType",
    "SuspendPersonProblem",
    "SuspendPersonProblemType",
    "TakeBackCommentReactionProblem",
    "TakeBackCommentReactionProblemType",
    "TakeBackReactionProblem",
    "TakeBackReactionProblemType",
    "TopicsView",
    "TopicView",
    "ViewEntryProblem",
    "ViewEntryProblemType",
    "ViewPostProblem",
    "ViewPostProblemType",
    "ViewPostsProblem",
    "ViewPostsProblemType",
    "VisitProblem",
    "VisitProblemType",
    "VisitView",
    "WatchLiveProblem",
    "WatchLiveProblemType",
    "WithdrawBallotProblem",
    "WithdrawBallotProblemType",
    "WithdrawEntryProblem",
    "WithdrawEntryProblemType",
    "WithdrawRequestProblem",
    "WithdrawRequestProblemType",
)
