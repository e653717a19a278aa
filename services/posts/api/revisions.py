"""What a post said before it was edited."""

from datetime import datetime

from fastapi import APIRouter, Request

from services.posts.domain.post import PostDeleted, PostNotFound, PostRevision
from services.posts.queries.revisions import list_revisions
from shared.web.http import Caller, OutputModel, Page, PageOf, PathId, problems, store_of
from shared.web.http.routing.media import MediaView, media_views

router = APIRouter(prefix="/v1", tags=["posts"])


class RevisionView(OutputModel):
    """What a post said before it was edited."""

    version: int
    title: str
    text: str
    topics: list[str]
    media: list[MediaView]
    replaced_at: datetime


@router.get(
    "/posts/{post_id}/history",
    operation_id="read_history",
    summary="What a post said before, latest version first",
    responses=problems(PostNotFound, PostDeleted),
)
async def read_history(
    request: Request, caller: Caller, post_id: PathId, paging: PageOf
) -> Page[RevisionView]:
    before = None if paging.after is None else paging.after[0]
    found = await list_revisions(
        store_of(request), caller, post_id, before=before, limit=paging.limit + 1
    )
    return paging.page(found, position=lambda revision: (revision.version,), view=_revision)


def _revision(revision: PostRevision) -> RevisionView:
    return RevisionView(
        version=revision.version,
        title=revision.content.title,
        text=revision.content.text,
        topics=list(revision.tags),
        media=media_views(revision.content.media),
        replaced_at=revision.replaced_at,
    )
