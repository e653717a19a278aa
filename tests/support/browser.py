"""A headless browser, and a server of static pages that hears from a page what it has seen."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no browser is installed")

WITHIN = 90.0  # seconds until a page has told; a few are usual
_KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class StaticSite:
    """A folder behind an address of its own: another origin than the platform's.

    Attributes:
        address: Where it is served.
        told: What a page has posted to `/told`, as JSON.
    """

    def __init__(self, folder: Path, told: asyncio.Future[Any]) -> None:
        self.address = ""
        self.told = told
        self._folder = folder

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        length = [line for line in head.lower().splitlines() if line.startswith("content-length:")]
        body = await reader.readexactly(int(length[0].split(":")[1])) if length else b""
        file = self._folder / path.lstrip("/").partition("?")[0]
        status, kind, content = "404 Not Found", "text/plain", b""
        if method == "POST" and path == "/told":
            status = "204 No Content"
            if not self.told.done():
                self.told.set_result(json.loads(body))
        elif file.is_file():
            status, kind, content = "200 OK", _KINDS[file.suffix], file.read_bytes()
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\n"
            f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
            + content
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def static_site(folder: Path, port: int = 0) -> AsyncIterator[StaticSite]:
    """Serves a folder; on a free port if none is given."""
    site = StaticSite(folder, asyncio.get_running_loop().create_future())
    server = await asyncio.start_server(site.answer, "127.0.0.1", port)
    site.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield site


async def what_a_page_tells(site: StaticSite, page: str, profile: Path) -> Any:
    """Opens a page in the browser and waits for what it posts to `/told`."""
    process = await asyncio.create_subprocess_exec(
        str(BROWSER),
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
        *("--disable-background-networking", "--remote-debugging-port=0"),
        f"--user-data-dir={profile}",
        f"{site.address}/{page}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(WITHIN):
            return await site.told
    finally:
        process.terminate()
        await process.wait()
