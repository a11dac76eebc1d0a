"""Two workers and a journal in a database: one is killed in the middle, and what was written is there after a reload."""

from reliability.decisions import decisions
from reliability.journal import Journal
from tests.workers import COOKIE, serving_workers


def test_a_killed_worker_costs_its_people_a_reload_and_no_decision(visitors, own_sample, postgres, tmp_path):
    postgres.journal_in(own_sample)
    with serving_workers(own_sample, tmp_path / "log") as server:
        visitor = visitors(server)
        visitor.open("/decisions")
        page = visitor.page

        def worker() -> str:
            return next(c["value"] for c in page.context.cookies() if c["name"] == COOKIE)

        def decide(open_before: int, open_after: str) -> None:
            page.wait_for_selector(f"text={open_before} questions to decide")
            page.get_by_role("button", name="Record the decision").first.click()
            page.locator("label", has_text="Freeze features").or_(page.get_by_role("radio")).first.click()
            page.get_by_role("textbox", name="Your name").fill("Ana")
            page.get_by_role("button", name="Write it down").click()
            page.wait_for_selector(f"text={open_after}")
            visitor.wait()

        decide(4, "3 questions to decide; 1 decision open")
        first = worker()
        server.kill(first)
        page.reload()
        visitor.wait()
        assert worker() != first
        page.wait_for_selector("text=3 questions to decide; 1 decision open")
        (kept,) = decisions(Journal(own_sample))
        assert (kept.chosen, kept.by) == ("Freeze features", "Ana")
        assert not Journal(own_sample).path.exists(), "it is in the database"
        assert Journal(own_sample).verify().entries == 1
        visitors.leave(server)
