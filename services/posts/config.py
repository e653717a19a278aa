"""Settings of the posts service."""

from pydantic import Field

from services.posts.commands.comments import AddComment, EditComment
from services.posts.commands.posts import EditPost, PublishPost
from services.posts.commands.shares import SharePost
from shared.runtime.settings import QuotaSettings, ServiceSettings
from shared.web.quotas import Quota, Quotas


class PostsSettings(ServiceSettings, QuotaSettings):
    """What every service needs, and how much one person may write in a UTC day."""

    quota_posts: int = Field(
        default=100, ge=0, description="Posts that one person may publish in a day; 0: no limit"
    )
    quota_comments: int = Field(
        default=1000,
        ge=0,
        description="Comments that one person may write in a day, per API process; 0: no limit",
    )
    quota_edits: int = Field(
        default=500,
        ge=0,
        description="Edits of posts and comments by one person in a day; 0: no limit",
    )
    quota_shares: int = Field(
        default=200, ge=0, description="Posts that one person may pass on in a day; 0: no limit"
    )

    def daily_quotas(self) -> Quotas:
        """What counts as what."""
        edits = Quota("edits", self.quota_edits)
        quotas = {
            PublishPost: Quota("posts", self.quota_posts),
            AddComment: Quota("comments", self.quota_comments, hot=True),
            EditPost: edits,
            EditComment: edits,
            SharePost: Quota("shares", self.quota_shares),
        }
        return Quotas(quotas if self.quotas else {})
