"""Charts in a real browser: the last drawings are kept, and one is made when it comes near or is printed."""

from playwright.sync_api import expect

from tests.browser.test_pages import choose_quarter, until_headline

PLOT = ".st-key-chart-p1_incidents_weekly .rl-plot"
DRAWN = ".rl-plot:has(.main-svg)"


def test_back_in_a_quarter_its_drawing_is_the_one_made_before(visitor):
    visitor.open("/")
    drawing = visitor.page.locator(f"{PLOT} .main-svg").first
    words = visitor.page.locator(f"{PLOT} .xtick text")
    drawing.wait_for()
    before = words.all_text_contents()
    drawing.evaluate("svg => { svg.madeFirst = true; }")
    for quarter, said in (("2025 Q2", "2025 Q2"), ("2025 Q4", "quarter so far")):
        now = words.first.text_content()
        choose_quarter(visitor, quarter)
        until_headline(visitor, said)
        expect(words.first).not_to_have_text(now)
        assert drawing.evaluate("svg => svg.madeFirst === true") == (quarter == "2025 Q4")
    assert words.all_text_contents() == before


def test_a_chart_keeps_three_drawings_and_makes_the_next_in_the_oldest(visitor):
    visitor.page.set_viewport_size(
        {"width": 1440, "height": 1800}
    )  # the chart is in sight: each quarter is drawn
    visitor.open("/")
    plot, words = visitor.page.locator(PLOT), visitor.page.locator(f"{PLOT} .xtick text")
    plot.locator(".main-svg").first.wait_for()
    plot.evaluate("plot => { plot.places = [plot.firstChild]; }")
    for quarter in ("2025 Q3", "2025 Q2", "2025 Q1", "2024 Q4"):
        now = words.first.text_content()
        choose_quarter(visitor, quarter)
        expect(words.first).not_to_have_text(now)
        assert plot.evaluate("plot => plot.children.length") == 1
        plot.evaluate("plot => { plot.places.push(plot.firstChild); }")
    places = plot.evaluate("plot => plot.places.map(place => plot.places.indexOf(place))")
    assert places == [0, 1, 2, 0, 1]
    # What was drawn in a place before is no longer taken for what is there: the first quarter is drawn again.
    choose_quarter(visitor, "2025 Q4")
    until_headline(visitor, "quarter so far")
    expect(words.last).to_contain_text("Nov")


def test_what_a_point_said_does_not_stand_there_when_its_drawing_is_shown_again(visitor):
    visitor.page.set_viewport_size({"width": 1440, "height": 1800})
    visitor.open("/")
    plot, said = visitor.page.locator(PLOT), visitor.page.locator(f"{PLOT} .hoverlayer .hovertext")
    plot.locator(".main-svg").first.wait_for()
    # As a finger leaves it: no pointer goes away afterwards.
    plot.evaluate(
        "plot => window.Plotly.Fx.hover(plot.firstChild, [{pointNumber: 3,"
        " curveNumber: plot.firstChild.data.findIndex(trace => trace.customdata)}])"
    )
    expect(said.first).to_be_visible()
    for quarter, headline in (("2025 Q2", "2025 Q2"), ("2025 Q4", "quarter so far")):
        now = visitor.page.locator(f"{PLOT} .xtick text").first.text_content()
        choose_quarter(visitor, quarter)
        until_headline(visitor, headline)
        expect(visitor.page.locator(f"{PLOT} .xtick text").first).not_to_have_text(now)
    expect(said).to_have_count(0)


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


def test_the_script_that_draws_is_fetched_before_a_chart_asks_for_it_and_once(browser, server):
    # A visitor's context looks at every request, for which Chromium leaves its cache unused.
    context = browser.new_context(viewport={"width": 1440, "height": 1800})
    page = context.new_page()
    page.goto(server.url)
    page.locator(f"{PLOT} .main-svg").first.wait_for(timeout=60_000)
    ways = page.evaluate(
        "() => performance.getEntriesByType('resource').filter(entry => entry.name.includes('/plotly/'))"
        ".map(entry => [entry.initiatorType, entry.transferSize > 0])"
    )
    context.close()
    # Named by the page itself, then asked for by a chart, which finds it in the browser.
    assert ways == [["link", True], ["script", False]]


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
    plot = visitor.page.locator(PLOT)
    plot.locator(".main-svg").first.wait_for()
    # Of another width the drawing is another one: it is looked for in its place.
    fits = (
        "plot => Math.abs(plot.querySelector('.main-svg').getBoundingClientRect().width - "
        "plot.getBoundingClientRect().width) <= 1"
    )
    for width in (1000, 390, 1440):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        plot.scroll_into_view_if_needed()
        for _ in range(50):
            if plot.evaluate(fits):
                break
            visitor.page.wait_for_timeout(100)
        assert plot.evaluate(fits), width


def test_a_page_whose_charts_cannot_be_drawn_says_so_in_their_place(visitor):
    visitor.context.route("**/plotly/*.js", lambda route: route.abort())
    visitor.expect_problem("ERR_FAILED")
    visitor.open("/")
    expect(visitor.page.locator(PLOT)).to_have_text(
        "The script that draws charts could not be loaded. Load the page again."
    )


def test_a_chart_that_could_not_be_drawn_is_drawn_once_its_script_is_there(visitor):
    # Once because the page names it, once because a chart asks for it.
    visitor.context.route("**/plotly/*.js", lambda route: route.abort(), times=2)
    visitor.expect_problem("ERR_FAILED")
    visitor.open("/")
    plot = visitor.page.locator(PLOT)
    expect(plot).to_have_text("The script that draws charts could not be loaded. Load the page again.")
    choose_quarter(visitor, "2025 Q2")
    until_headline(visitor, "2025 Q2")
    expect(plot.locator(".main-svg").first).to_be_visible()
    expect(plot).not_to_contain_text("could not be loaded")
