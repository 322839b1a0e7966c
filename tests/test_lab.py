"""
JupyterLab as a new user meets it: the real server, a real Chromium, the notebooks run and the explorer used.

The server has a copy of the project, so that nothing is written into it, and the small demo
delivery. It listens on 127.0.0.1 and ends with the tests.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from test_browser import CHROMIUM, FLAGS, violations

from ehandel_lib.provenance import kapitler
from ehandel_lib.reference import PROJECT

try:
    from playwright.sync_api import TimeoutError as Slow
except ModuleNotFoundError:  # the fixture `browser` then says what is missing
    Slow = TimeoutError

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(CHROMIUM is None, reason="programmet chromium mangler"),
]

#: So long may a cell run on a machine that does much else.
SECONDS = 120

#: What was open in one test is not opened again in the next.
WORKSPACES = map("arbejdsbord-{}".format, itertools.count())

#: JupyterLab writes this when a kernel gets busy before its debugger, which nobody opened, has an answer.
ITS_OWN = "Could not restore the debugger state"

#: JupyterLab loses a click on its menu, or a cell that it was to run, while it is settling down.
#: So often is it asked again.
CLICKS = 5

_MARKS = """() => {
    const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const marks = [...panel.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(m => m.textContent.trim());
    return marks.length > 0 && marks.%s;
}"""

#: A cell that waits or runs has a star, one that has run has a number.
BEGUN = _MARKS % "some(mark => mark !== '[ ]:')"
DONE = _MARKS % "every(mark => /^\\[\\d+\\]:$/.test(mark))"

#: The server has a kernel for the notebook, and it has answered.
CONNECTED = """async token => {
    const headers = { Authorization: "token " + token };
    const sessions = await (await fetch("/api/sessions", { headers })).json();
    return sessions.some(s => document.title.includes(s.name) && s.kernel.connections > 0
        && s.kernel.execution_state === "idle");
}"""


#: Ends the kernels that a test has started.
STOP = """async token => {
    const headers = { Authorization: "token " + token };
    const sessions = await (await fetch("/api/sessions", { headers })).json();
    await Promise.all(sessions.map(s => fetch("/api/sessions/" + s.id, { method: "DELETE", headers })));
}"""


@pytest.fixture(scope="module")
def project(demo_leverance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project as a user has it, with a small delivery where the demo data lie."""
    folder = tmp_path_factory.mktemp("projekt")
    for name in ("ehandel_lib", "notebooks", "data/reference"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(demo_leverance, folder / "data" / "demo")
    shutil.copy(PROJECT / "requirements.lock", folder)
    return folder


@pytest.fixture(scope="module")
def lab(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running `ehandel lab`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "lab.log"
    command = [sys.executable, "-m", "ehandel_lib.cli", "lab", "--uden-browser", "--port", str(port)]
    own = {"PYTHONPATH": str(project), "JUPYTER_RUNTIME_DIR": str(log.parent), "HOME": str(log.parent)}
    with log.open("w") as stream:
        server = subprocess.Popen(
            command, cwd=project, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
            env={**os.environ, **own}, start_new_session=True,
        )  # fmt: skip
    try:
        yield _address(log, server)
    finally:
        os.killpg(server.pid, signal.SIGINT)
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    for _ in range(SECONDS * 4):
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab\S*", log.read_text()):
            return found[0]
        assert server.poll() is None, log.read_text()
        time.sleep(0.25)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    driver = pytest.importorskip("playwright.sync_api", reason="pakken playwright mangler: make test-browser")
    with driver.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def said() -> dict[str, list[str]]:
    """What the browser asked other machines for, and the errors in its console."""
    return {"asked": [], "errors": []}


@pytest.fixture
def page(browser: Any, lab: str, said: dict[str, list[str]]) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 1400, "height": 1600})
    opened.set_default_timeout(SECONDS * 1000)
    local = ("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:")
    opened.on("request", lambda r: r.url.startswith(local) or said["asked"].append(r.url))
    opened.on(
        "console",
        lambda m: m.type == "error" and not m.text.startswith(ITS_OWN) and said["errors"].append(m.text),
    )
    yield opened
    opened.evaluate(STOP, lab.partition("token=")[2])
    opened.close()


def run_all(page: Any, lab: str, name: str) -> None:
    """Open a notebook by its address and run it as a user does."""
    page.goto(lab.replace("/lab/tree/START.ipynb", f"/lab/workspaces/{next(WORKSPACES)}/tree/{name}"))
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")
    page.wait_for_function(
        "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"
    )
    for _ in range(CLICKS):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        with suppress(Slow):
            page.wait_for_function(BEGUN, timeout=5000)
            page.wait_for_function(DONE, timeout=SECONDS * 250)
            return
    page.wait_for_function(DONE)


def failures(page: Any) -> list[str]:
    return page.locator(
        '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]'
    ).all_inner_texts()


def test_the_front_door_opens_on_start_and_runs(page: Any, lab: str, said: dict[str, list[str]]) -> None:
    run_all(page, lab, "START.ipynb")
    assert page.get_by_role("heading", name="Start her").is_visible()
    assert failures(page) == []
    shown = page.locator(".jp-OutputArea").all_inner_texts()
    assert any("Vejle Kommune 2025" in text for text in shown)
    assert any("%" in text for text in shown)
    assert page.locator(".jp-RenderedSVG").count() == 1
    assert said == {"asked": [], "errors": []}


@pytest.mark.parametrize("name", [path.name for path in kapitler()])
def test_each_chapter_runs_from_top_to_bottom(page: Any, lab: str, name: str) -> None:
    run_all(page, lab, name)
    assert failures(page) == []


@pytest.fixture
def explorer(page: Any, lab: str) -> Any:
    """The explorer, showing bars."""
    run_all(page, lab, "udforsk.ipynb")
    page.wait_for_selector(".ehandel-soejler button")
    return page


def caption(page: Any) -> str:
    return page.locator(".ehandel-soejler caption").inner_text()


def test_a_bar_opens_by_click_and_by_keyboard_down_to_single_invoices(
    explorer: Any, said: dict[str, list[str]]
) -> None:
    explorer.get_by_role("button", name="Møbler", exact=True).click()
    explorer.wait_for_function(
        "document.querySelector('.ehandel-soejler caption').textContent.includes('møbler')"
    )
    assert "pr. leverandør" in caption(explorer)
    explorer.locator(".ehandel-soejler button").first.focus()
    explorer.keyboard.press("Enter")
    explorer.wait_for_function(
        "document.querySelector('.ehandel-soejler caption').textContent.includes('pr. enhed')"
    )
    explorer.get_by_text("Vis enkelte fakturaer").click()
    assert explorer.get_by_role("cell", name=re.compile("^…")).first.is_visible()
    assert said == {"asked": [], "errors": []}


def test_the_menus_change_the_bars(explorer: Any) -> None:
    before = explorer.locator(".ehandel-soejler tbody tr").first.inner_text()
    explorer.get_by_label("Mål").select_option("Faktura")
    explorer.wait_for_function(
        "document.querySelector('.ehandel-soejler thead').textContent.includes('fakturaerne')"
    )
    assert explorer.locator(".ehandel-soejler tbody tr").first.inner_text() != before
    explorer.get_by_label("Gruppér").select_option("Måned")
    explorer.wait_for_function(
        "document.querySelector('.ehandel-soejler caption').textContent.includes('pr. måned')"
    )
    assert explorer.locator(".ehandel-soejler tbody tr").count() == 12


def test_a_view_is_saved_as_a_chapter_that_runs(explorer: Any, lab: str, project: Path) -> None:
    explorer.get_by_label("Kapitel").fill("Fundet i browseren")
    explorer.get_by_role("button", name="Gem som kapitel").click()
    explorer.get_by_text("Gemt i notebooks/egne/fundet_i_browseren.ipynb").wait_for()
    saved = project / "notebooks" / "egne" / "fundet_i_browseren.ipynb"
    assert any("per_gruppe" in cell.source for cell in nbformat.read(saved, as_version=4).cells)
    run_all(explorer, lab, "egne/fundet_i_browseren.ipynb")
    assert failures(explorer) == []


def test_axe_finds_no_violation_in_the_explorer(explorer: Any) -> None:
    assert violations(explorer, ".ehandel-soejler", least=5) == []


def test_an_open_notebook_is_exported_as_our_pdf(page: Any, lab: str) -> None:
    run_all(page, lab, "1_varekategorier.ipynb")
    page.keyboard.press("Control+s")
    files: list[Any] = []
    # JupyterLab opens a window for the file, which closes when it is a download; either is told of it
    page.on("download", lambda file: files.append(file))
    page.context.on("page", lambda window: window.on("download", lambda file: files.append(file)))
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Save and Export Notebook As").hover()
    page.locator(".lm-Menu-item", has_text="EhandelPDF").click()
    for _ in range(SECONDS * 2):
        if files:
            break
        page.wait_for_timeout(500)
    assert Path(files[0].path()).read_bytes().startswith(b"%PDF")
