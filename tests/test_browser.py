"""
The page in a real Chromium: readable for everyone, usable without a mouse, silent towards the network.

The browser is the machine's own; none is fetched. Its driver and axe-core come with the dependency group
`browser` (make test-browser installs it). Where one of them is missing, the tests say so and are skipped.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from test_index import result

from ehandel_lib.run.batch_result import FEJLET
from ehandel_lib.run.front_page import write_front_page

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="programmet chromium mangler"),
]

#: Nothing but the page: no sandbox for root in CI, no calls home.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

#: The width of an A4 page within Chromium's print margins (1 cm), at 96 dots per inch.
A4_WIDTH = 718

#: What a keyboard stops at, in the order of the page.
STOPS = "a[href], summary, [tabindex='0']"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    driver = pytest.importorskip("playwright.sync_api", reason="pakken playwright mangler: make test-browser")
    with driver.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def asked() -> list[str]:
    """The addresses that the page asked for."""
    return []


@pytest.fixture
def page(browser: Any, two_reports: tuple[Path, Path], asked: list[str]) -> Iterator[Any]:
    """`rapport.html`, opened from its folder."""
    opened = browser.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto((two_reports[0] / "rapport.html").as_uri())
    yield opened
    opened.close()


def open_tables(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def violations(page: Any, part: str = "html", least: int = 30) -> list[tuple[str, str]]:
    """What axe-core finds in a part of the page: the rule, and the first element that breaks it."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("part => axe.run(part)", part)
    assert len(found["passes"]) > least, "axe-core looked at next to nothing"
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]]


@pytest.mark.parametrize("width", [320, 1280], ids=["telephone", "screen"])
def test_axe_finds_no_violation_with_all_tables_open(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_tables(page)
    assert violations(page) == []


def test_axe_sees_an_image_without_words(page: Any) -> None:
    page.evaluate("document.querySelector('img').removeAttribute('alt')")
    assert [rule for rule, _ in violations(page)] == ["image-alt"]


def test_the_page_asks_for_nothing_but_itself(page: Any, asked: list[str]) -> None:
    open_tables(page)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [page.url]


def focused(page: Any) -> dict[str, Any]:
    """The place of what has the focus among all stops, and whether a reader can see that it has it."""
    return page.evaluate(
        """stops => {
            const here = document.activeElement, box = here.getBoundingClientRect();
            return {
                place: [...document.querySelectorAll(stops)].indexOf(here),
                outlined: getComputedStyle(here).outlineStyle !== "none",
                inside: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
            };
        }""",
        STOPS,
    )


def test_the_tab_key_visits_all_links_and_tables_in_order_and_shows_where_it_is(page: Any) -> None:
    open_tables(page)
    count = page.locator(STOPS).count()
    visited = []
    for _ in range(count):
        page.keyboard.press("Tab")
        visited.append(focused(page))
    assert visited == [{"place": place, "outlined": True, "inside": True} for place in range(count)]


def test_the_first_stop_leads_past_the_contents(page: Any) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "indhold"


def test_a_table_behind_a_figure_opens_from_the_keyboard(page: Any) -> None:
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("details => details.open")


#: Elements whose content is wider than they are, or that leave the page at either side.
CUT = """() => [...document.querySelectorAll("main *, header *")]
    .filter(e => getComputedStyle(e).display !== "inline")
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
        || e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.outerHTML.slice(0, 80))"""


def test_nothing_is_cut_at_the_edge_of_a_printed_page(page: Any) -> None:
    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []


def test_the_tables_behind_the_figures_are_printed_though_they_are_closed(page: Any) -> None:
    page.emulate_media(media="print")
    shown = page.locator("details table").evaluate_all("all => all.map(table => table.checkVisibility())")
    assert shown
    assert all(shown)
    assert page.pdf(format="A4").startswith(b"%PDF")


#: A telephone, in dots.
TELEFON = 380

#: Words that stand on two lines: whole ones, or with a short first part (e-handel), of an ordinary length.
DELTE = r"""() => {
    const style = document.createElement("style");
    style.textContent = "* { hyphens: manual !important }";
    document.head.append(style);
    const word = /(?<![\p{L}\p{N}_.-])(\p{L}{1,3}-)?\p{L}{2,20}(?![\p{L}\p{N}_.-])/gu;
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.parentElement.checkVisibility() || node.parentElement.closest(".skjult")) continue;
        for (const hit of node.data.matchAll(word)) {
            const range = document.createRange();
            range.setStart(node, hit.index);
            range.setEnd(node, hit.index + hit[0].length);
            const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (tops.size > 1) found.push(hit[0]);
        }
    }
    return found;
}"""


@pytest.mark.parametrize("width", [320, TELEFON, 800, 1280])
def test_no_word_stands_on_two_lines(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_tables(page)
    assert page.evaluate(DELTE) == []


def test_a_chart_is_as_large_on_a_telephone_as_its_letters_need_and_is_scrolled_by_keyboard(
    page: Any,
) -> None:
    page.set_viewport_size({"width": TELEFON, "height": 900})
    charts = page.locator("figure .billede")
    sizes = charts.evaluate_all("all => all.map(e => [e.scrollWidth, e.clientWidth])")
    assert sizes
    assert all(wide > 560 > seen for wide, seen in sizes)
    charts.first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert charts.first.evaluate("box => box.scrollLeft") > 0
    assert page.evaluate("document.documentElement.scrollWidth") == TELEFON


def test_a_chart_is_not_scrolled_where_there_is_room(page: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sizes = page.locator("figure .billede").evaluate_all("all => all.map(e => e.scrollWidth - e.clientWidth)")
    assert {*sizes} == {0}


#: How far each table's caption reaches beyond what is seen of the table, scrolled to its right end.
UDENFOR = """() => [...document.querySelectorAll(".rul:has(caption)")].map(box => {
    box.scrollLeft = box.scrollWidth;
    const words = box.querySelector("caption > span").getBoundingClientRect();
    const seen = box.getBoundingClientRect();
    return Math.max(seen.left - words.left, words.right - seen.right);
})"""


@pytest.mark.parametrize("width", [TELEFON, 1280])
def test_a_caption_stays_where_it_is_read_when_its_table_is_scrolled(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_tables(page)
    beyond = page.evaluate(UDENFOR)
    assert len(beyond) > 10
    assert max(beyond) < 1


def test_questions_have_the_numbers_of_the_pdf_in_the_text_and_in_the_contents(
    page: Any, two_reports: tuple[Path, Path]
) -> None:
    heads = page.locator("main h3[id]").all_text_contents()
    listed = page.locator("nav ul a").all_text_contents()
    assert [head.split() for head in heads] == [words.split() for words in listed]
    with pikepdf.open(two_reports[0] / "rapport.pdf") as pdf, pdf.open_outline() as outline:
        told = [child.title for chapter in outline.root for child in chapter.children]
    numbered = [" ".join(words.split()) for words in told if re.match(r"\d+\.\d", words)]
    assert [" ".join(head.split()) for head in heads] == numbered


# --- the front page of many reports


@pytest.fixture
def front_page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """`index.html` of two reports and one that failed."""
    results = [
        result("Ærø", 0.10),
        result("Aarhus", 0.30),
        result("Vejle", None, status=FEJLET, aarsag="diskfejl"),
    ]
    write_front_page(tmp_path, results)
    opened = browser.new_page()
    opened.goto((tmp_path / "index.html").as_uri())
    yield opened
    opened.close()


def names(page: Any) -> list[str]:
    """The municipalities that are shown, in their order."""
    return page.locator(".kommuner tbody tr:not([hidden]) th").all_inner_texts()


@pytest.mark.parametrize("width", [320, 1280], ids=["telephone", "screen"])
def test_axe_finds_no_violation_on_the_front_page(front_page: Any, width: int) -> None:
    front_page.set_viewport_size({"width": width, "height": 900})
    assert violations(front_page, least=20) == []


def test_on_a_telephone_the_front_page_shows_where_the_reports_are(front_page: Any) -> None:
    front_page.set_viewport_size({"width": TELEFON, "height": 900})
    ends = front_page.locator(".filer").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert max(ends) < TELEFON
    assert max(front_page.evaluate(UDENFOR)) < 1
    assert front_page.evaluate(DELTE) == []
    [[wide, seen]] = front_page.locator(".billede").evaluate_all(
        "all => all.map(e => [e.scrollWidth, e.clientWidth])"
    )
    assert wide > 560 > seen
    heads = front_page.locator(".kommuner thead").evaluate("e => e.getBoundingClientRect().height")
    assert heads < 100


@pytest.mark.parametrize("width", [1280, 1920])
def test_on_a_screen_the_front_page_is_filled_to_its_footer(front_page: Any, width: int) -> None:
    front_page.set_viewport_size({"width": width, "height": 900})
    right = "e => e.getBoundingClientRect().right"
    ends = {name: front_page.locator(name).evaluate(right) for name in ("main", "footer", ".spredning")}
    assert ends["footer"] == ends["main"]
    assert front_page.locator(".fund").evaluate(right) == pytest.approx(ends[".spredning"], abs=1)
    assert front_page.locator(".rul:has(table)").evaluate("e => e.scrollWidth - e.clientWidth") == 0


def test_a_municipality_is_found_by_what_is_typed(front_page: Any) -> None:
    front_page.get_by_label("Søg på kommune eller region").fill("århus")
    assert names(front_page) == ["Aarhus"]
    assert front_page.locator("#fundet").inner_text() == "1 af 3 vist"


def test_a_column_is_sorted_from_the_keyboard_and_what_has_no_rate_is_last(front_page: Any) -> None:
    front_page.get_by_role("button", name="På omsætning", exact=True).focus()
    front_page.keyboard.press("Enter")
    assert names(front_page) == ["Aarhus", "Ærø", "Vejle"]
    front_page.keyboard.press("Enter")
    assert names(front_page) == ["Ærø", "Aarhus", "Vejle"]
