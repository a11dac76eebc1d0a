"""Charts in a real browser: a drawing stays when its figure changes, and is made when it comes near or is printed."""

from playwright.sync_api import expect

from tests.browser.test_pages import choose_quarter, until_headline

PLOT = ".st-key-chart-p1_incidents_weekly .rl-plot"
DRAWN = ".rl-plot:has(.main-svg)"


def test_another_quarter_changes_a_drawing_and_makes_no_new_one(visitor):
    visitor.open("/")
    drawing = visitor.page.locator(f"{PLOT} .main-svg").first
    drawing.wait_for()
    words = visitor.page.locator(f"{PLOT} .xtick text")
    before = words.all_text_contents()
    drawing.evaluate("svg => { svg.keptFromBefore = true; }")
    choose_quarter(visitor, "2025 Q2")
    until_headline(visitor, "2025 Q2")
    expect(words.first).not_to_have_text(before[0])
    assert words.all_text_contents() != before
    assert drawing.evaluate("svg => svg.keptFromBefore === true")
    # Back to what was drawn before: the same words stand there again.
    choose_quarter(visitor, "2025 Q4")
    until_headline(visitor, "quarter so far")
    expect(words.first).to_have_text(before[0])
    assert words.all_text_contents() == before


def test_a_drawing_out_of_sight_is_not_shown_until_it_is_of_the_quarter_that_was_chosen(visitor):
    """It changes once nothing else is asked for, or as soon as it comes into sight."""
    visitor.page.set_viewport_size({"width": 1440, "height": 900})
    visitor.open("/")
    plot, words = visitor.page.locator(PLOT), visitor.page.locator(f"{PLOT} .xtick text")
    plot.locator(".main-svg").first.wait_for()
    assert plot.bounding_box()["y"] > 900
    before = words.first.text_content()
    plot.evaluate(
        "plot => new MutationObserver(() => { if (plot.style.opacity === '0')"
        " plot.dataset.hid = plot.querySelector('.xtick text').textContent; }).observe(plot, {attributeFilter: ['style']})"
    )
    choose_quarter(visitor, "2025 Q2")
    until_headline(visitor, "2025 Q2")
    expect(words.first).not_to_have_text(before)
    expect(plot).to_have_css("opacity", "1")
    assert plot.get_attribute("data-hid") == before
    # In sight it changes with everything else, and is never gone.
    visitor.page.set_viewport_size({"width": 1440, "height": 1800})
    expect(plot).to_have_css("opacity", "1")
    visitor.page.wait_for_timeout(1500)  # the window is another one: drawings out of sight change at rest
    plot.evaluate("plot => { plot.dataset.hid = 'never'; }")
    now = words.first.text_content()
    choose_quarter(visitor, "2025 Q4")
    until_headline(visitor, "quarter so far")
    expect(words.first).not_to_have_text(now)
    assert plot.get_attribute("data-hid") == "never"


def test_charts_far_below_are_drawn_when_they_come_near_and_all_are_printed(visitor):
    visitor.open("/commitments")
    plots, drawn = visitor.page.locator(".rl-plot"), visitor.page.locator(DRAWN)
    # The first chart of a tab waits for the script that draws, which takes its time on a machine with more to do.
    expect(drawn.first).to_be_visible(timeout=30_000)
    number = plots.count()
    assert number == 13 and drawn.count() < number
    heights = plots.evaluate_all("all => all.map(plot => plot.getBoundingClientRect().height)")
    assert min(heights) > 100, "room is kept for what is not drawn yet"
    plots.last.scroll_into_view_if_needed()
    expect(visitor.page.locator(f".rl-plot >> nth={number - 1}").locator(".main-svg").first).to_be_visible()
    visitor.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert drawn.count() == number
    visitor.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert visitor.page.locator(".rl-plot svg[viewBox]").count() == 0


def test_a_chart_is_as_wide_as_its_column_after_the_window_changed(visitor):
    visitor.open("/")
    drawing = visitor.page.locator(f"{PLOT} .main-svg").first
    drawing.wait_for()
    fits = (
        "svg => Math.abs(svg.getBoundingClientRect().width - "
        "svg.closest('.rl-plot').getBoundingClientRect().width) <= 1"
    )
    for width in (1000, 390, 1440):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.locator(PLOT).scroll_into_view_if_needed()
        for _ in range(50):
            if drawing.evaluate(fits):
                break
            visitor.page.wait_for_timeout(100)
        assert drawing.evaluate(fits), width


def test_a_page_whose_charts_cannot_be_drawn_says_so_in_their_place(visitor):
    visitor.context.route("**/plotly/*.js", lambda route: route.abort())
    visitor.expect_problem("ERR_FAILED")
    visitor.open("/")
    expect(visitor.page.locator(PLOT)).to_have_text(
        "The script that draws charts could not be loaded. Load the page again."
    )


def test_a_chart_that_could_not_be_drawn_is_drawn_once_its_script_is_there(visitor):
    visitor.context.route("**/plotly/*.js", lambda route: route.abort(), times=1)
    visitor.expect_problem("ERR_FAILED")
    visitor.open("/")
    plot = visitor.page.locator(PLOT)
    expect(plot).to_have_text("The script that draws charts could not be loaded. Load the page again.")
    choose_quarter(visitor, "2025 Q2")
    until_headline(visitor, "2025 Q2")
    expect(plot.locator(".main-svg").first).to_be_visible()
    expect(plot).not_to_contain_text("could not be loaded")
