"""Rows that a mapping's rule leaves out replace no row that counts: an answer is not lost to another question."""

import random
from pathlib import Path

import pytest

from reliability.mappings import Cell, LeaveOut, Place, Spec, save
from reliability.warehouse.doubts import all_doubts
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import Built, build_folder, rebuild, table
from tests.test_warehouse_accounting import hold_the_books

HEADER = "respondent,question,answer,answered"
# Three people, each asked three questions; the answers to the others come after the score, with an earlier date and a later one.
WAVE = [
    line
    for n, score in enumerate((9, 10, 3), 1)
    for line in (
        f"R{n},How likely are you to recommend us?,{score},2025-07-0{n} 10:00",
        f"R{n},How easy was it?,{n + 3},2025-07-0{n} 10:00",
        f"R{n},Anything else?,fine,2025-07-0{n} 10:05",
    )
]
NPS_ONLY = Spec(
    "Survey",
    "nps_responses",
    {
        "response_id": Cell(Place("respondent")),
        "score": Cell(Place("answer")),
        "responded_at": Cell(Place("answered")),
    },
    leave_out=(LeaveOut(Place("question"), "is not", ("How likely are you to recommend us?",)),),
)
RULE = "question is not How likely are you to recommend us?"


def counts(built: Built, file: str) -> tuple[int, int, int, int]:
    found = built.file(file)
    return found.kept, found.superseded, found.excluded, found.set_aside


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_answer_is_not_lost_to_another_question_of_the_same_person(tmp_path: Path, seed: int) -> None:
    lines = list(WAVE)
    random.Random(seed).shuffle(lines)
    save(tmp_path, NPS_ONLY)
    built = build_folder(tmp_path, {"july.csv": table(HEADER, *(lines if seed else WAVE))})
    hold_the_books(built)
    assert counts(built, "july.csv") == (3, 0, 6, 0)
    assert built.file("july.csv").reasons == {RULE: 6}
    assert built.rows("select response_id, score from nps_responses order by 1") == [
        ("R1", 9),
        ("R2", 10),
        ("R3", 3),
    ]


def test_nor_to_a_later_file_that_holds_only_the_other_questions(tmp_path: Path) -> None:
    save(tmp_path, NPS_ONLY)
    later = ["R1,How easy was it?,7,2025-07-21 10:00", "R2,Anything else?,slow,2025-07-22 10:00"]
    built = build_folder(tmp_path, {"july.csv": table(HEADER, *WAVE), "late.csv": table(HEADER, *later)})
    hold_the_books(built)
    assert counts(built, "july.csv") == (3, 0, 6, 0)
    assert counts(built, "late.csv") == (0, 0, 2, 0)
    # An answer given anew still replaces the older one.
    anew = "R3,How likely are you to recommend us?,8,2025-07-23 10:00"
    built = build_folder(tmp_path, {"late.csv": table(HEADER, *later, anew)})
    assert counts(built, "july.csv") == (2, 1, 6, 0)
    assert built.rows("select score from nps_responses where response_id = 'R3'") == [(8,)]


def test_the_same_file_exported_again_counts_once(tmp_path: Path) -> None:
    save(tmp_path, NPS_ONLY)
    built = build_folder(tmp_path, {"a.csv": table(HEADER, *WAVE), "b.csv": table(HEADER, *WAVE)})
    hold_the_books(built)
    assert counts(built, "a.csv") == (0, 3, 6, 0)
    assert counts(built, "b.csv") == (3, 0, 6, 0)


TRACKER = Spec(
    "Board",
    "incidents",
    {
        "incident_id": Cell(Place("card")),
        "opened_at": Cell(Place("began")),
        "severity": Cell(Place("how bad")),
    },
    leave_out=(LeaveOut(Place("stand"), "is", ("Withdrawn",)),),
)
BOARD = "card,began,how bad,stand"


def test_what_a_later_export_takes_back_counts_no_longer(tmp_path: Path) -> None:
    save(tmp_path, TRACKER)
    files = {
        "1.csv": table(BOARD, "K1,2025-07-01 10:00,P1,Open", "K2,2025-07-02 10:00,P1,Open"),
        "2.csv": table(BOARD, "K1,2025-07-01 10:00,P1,Withdrawn", "K2,2025-07-02 10:00,P2,Done", "K3,2025-07-09 10:00,P3,Open"),
    }  # fmt: skip
    built = build_folder(tmp_path, files)
    hold_the_books(built)
    assert built.rows("select incident_id, severity from incidents order by 1") == [("K2", 2), ("K3", 3)]
    assert counts(built, "1.csv") == (0, 2, 0, 0)
    assert built.file("2.csv").reasons == {"stand is Withdrawn": 1}
    # And what is taken up again counts again.
    again = table(BOARD, "K1,2025-07-01 10:00,P1,Open", "K9,2025-07-19 10:00,P1,Open")
    built = build_folder(tmp_path, {"3.csv": again})
    hold_the_books(built)
    assert built.rows("select incident_id from incidents order by 1") == [("K1",), ("K2",), ("K3",), ("K9",)]


def test_where_no_rule_keeps_the_questions_apart_it_is_said_whose_answers_were_left_out(
    tmp_path: Path,
) -> None:
    save(tmp_path, Spec(NPS_ONLY.title, NPS_ONLY.table, NPS_ONLY.cells))
    built = build_folder(tmp_path, {"july.csv": table(HEADER, *WAVE)})
    hold_the_books(built)
    # The three texts are no scores; of two scores of one person the newer row counts.
    assert counts(built, "july.csv") == (3, 3, 0, 3)
    workspace = open_workspace(tmp_path)
    said = dict(all_doubts(workspace.store))
    workspace.store.close()
    assert said["july.csv"].startswith(
        "3 rows left out, because newer ones have the same ids but another date or score: if they are not the same, map"
    )
    assert rebuild(tmp_path).file("july.csv").reasons == {
        "same id as a newer row that says otherwise": 3,
        "score is not a whole number": 3,
    }
