"""The caller's feed: posts of their groups, newest first."""

from fastapi import APIRouter, Request

from services.posts.api.models import Expanded, ListedPostView, page_of_posts, position_after
from services.posts.queries import posts as queries
from shared.contract.access import NotAllowed
from shared.web.http import Caller, Page, PageOf, problems, store_of

router = APIRouter(prefix="/v1", tags=["posts"])


@router.get(
    "/feed",
    operation_id="read_feed",
    summary="The caller's feed, newest first",
    description="Posts of the groups that they are a member of, and of the one of everyone.",
    responses=problems(NotAllowed),
)
async def read_feed(
    request: Request, caller: Caller, paging: PageOf, expand: Expanded = None
) -> Page[ListedPostView]:
    found = await queries.read_feed(
        store_of(request), caller, after=position_after(paging), limit=paging.limit + 1
    )
    return await page_of_posts(request, caller, paging, found, expand)
