"""The board in a browser, at several widths: nothing lies over anything else, or touches it."""

import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from services.metrics import board

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
WITHIN = 60  # seconds; one is usual

# What a visitor sees who is signed in, with the live numbers as the script makes them.
_FILL = """
document.getElementById("content").hidden = document.getElementById("leave").hidden = false;
document.getElementById("enter").hidden = true;
for (const name of ["views", "interactions", "contributions", "ballots", "events"]) {
  const box = document.createElement("div");
  box.innerHTML = `<dt>${name}</dt><dd>12,345</dd><dd class="delta">+12</dd>`;
  document.getElementById("live").append(box);
}
const seen = [...document.querySelectorAll("h1, h2, button, select, .live > div, #pulse, footer")];
const boxes = seen.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width);
const over = [];
for (const [one, a] of boxes) {
  for (const [other, b] of boxes) {
    if (one === other) break;
    if (one.contains(other) || other.contains(one)) continue;
    // What touches looks as if it lay over it.
    const apart = Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
    if (apart < 3) {
      over.push(`${one.tagName}#${one.id} over ${other.tagName}#${other.id}`);
    }
  }
}
document.title = `boxes: ${boxes.length}; over: ${over.join(", ")};`;
"""


@pytest.mark.skipif(BROWSER is None, reason="no browser is installed")
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_button_lies_over_a_card(width: int, tmp_path: Path) -> None:
    page = files(board).joinpath("board.html").read_text()
    page = re.sub(r"<script.*?</script>\n", "", page)
    page = page.replace("board/board.css", "board.css")
    page = page.replace("</body>", f"<script>{_FILL}</script></body>")
    (tmp_path / "page.html").write_text(page)
    (tmp_path / "board.css").write_text(files(board).joinpath("board.css").read_text())
    command = [
        str(BROWSER),
        *("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--window-size={width},1000",
        (tmp_path / "page.html").as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=True)
    found = re.search(r"<title>boxes: (\d+); over: (.*);</title>", done.stdout)
    assert found is not None, done.stdout
    assert int(found[1]) > 10
    assert found[2] == ""
