"""Lists of NPS answers of no tool in particular."""

from pathlib import Path

import pytest

from reliability.warehouse.recognition import recognise
from tests.build_folder import build_folder, table
from tests.mapped import KNOWN, connection, mapped, prepare, read, source


def test_a_list_without_dates_keeps_scores_comments_and_blanks() -> None:
    assert mapped("nps_answers", "retailer_latin1.csv") == [
        {"response_id": "2368", "score": "10", "source_line": 2},
        {
            "response_id": "2482",
            "score": "7",
            "comment": 'Il y a très peu de caisses, "c\'est long"',
            "source_line": 3,
        },
        {"response_id": "2638", "comment": "ras", "source_line": 4},
    ]


def test_scores_with_a_decimal_or_words_are_whole_and_a_half_is_left_to_be_refused() -> None:
    rows = mapped("nps_answers", "answers.csv")
    assert [row["score"] for row in rows] == ["9", "10", "9.5"]
    assert rows[0]["responded_at"] == "2025-09-01 10:00:00"
    assert (rows[0]["account_id"], rows[0]["segment"]) == ("Umbra Ltd", "Enterprise")


def test_a_score_with_a_comment_is_an_answer() -> None:
    rows = mapped("nps_scores", "scores.csv")
    assert [(row["response_id"], row["score"], row["comment"]) for row in rows] == [
        ("s1", "10", "Fine"),
        ("s2", "2", "Down, again"),
    ]
    assert all("excluded_reason" not in row for row in rows)


def test_ratings_of_one_to_five_are_not_taken_for_nps() -> None:
    con = connection()
    con.execute(
        """create table raw as
        select
            i::varchar as id,
            (i % 5 + 1)::varchar as rating,
            'Fine' as comment,
            i::bigint as source_line
        from range(2, 14) as t(i)"""
    )
    chosen = recognise(["id", "rating", "comment"], KNOWN)
    assert chosen is not None
    prepare(con, "raw", chosen)
    reasons = con.sql(f"select distinct excluded_reason from ({chosen.sql})").fetchall()
    assert reasons == [("a rating of one to five, not 0 to 10",)]


def test_a_real_survey_has_342_blank_scores_among_13954(real_exports: Path) -> None:
    for file in ("nps_latin1.csv", "nps_utf8.csv"):
        chosen, rows = read(source(real_exports, f"nps-garden-retailer-fr/{file}"))
        assert chosen is not None and len(rows) == 13_954
        scores = [int(str(row["score"])) for row in rows if row["score"] is not None]
        assert len(scores) == 13_612
        promoters, detractors = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
        assert round(100 * (promoters - detractors) / len(scores), 1) == 53.4
        assert sum(row["comment"] is not None for row in rows) == 3_839


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,date,nps", "{},2025-07-01,{}"),
        ("id,date,score,comment", "{},2025-07-01,{},Fine"),
        ("Timestamp,How likely are you to recommend us?,Company", "2025-07-0{} 10:00:00,{},Umbra"),
        ("Response ID,Responded at,How likely are you to recommend us?", "{},2025-07-01,{}"),
        ("Response ID,Responded At,Score,Comment,Delighted Source", "{},2025-07-01,{},Fine,Email"),
        ("#,Would you recommend us?,Submit Date (UTC)", "{},{},2025-07-01 10:00:00"),
        ("response_id,answer,responded,question_type", "{},{},1751364000,nps"),
        ("response_id,responded_at,score", "{},2025-07-01,{}"),
    ],
)
def test_a_range_is_no_score_and_a_label_is_no_part_of_one(tmp_path: Path, header: str, row: str) -> None:
    said = ("9-10", "9 – 10", "0 to 6", "10 - Extremely likely", "9 (very)", "8.0")
    built = build_folder(
        tmp_path, {"a.csv": table(header, *(row.format(i, text) for i, text in enumerate(said, 1)))}
    )
    assert built.rows("select score from nps_responses order by source_line") == [(10,), (9,), (8,)]
    assert built.file("a.csv").reasons == {"score is a range, not a score": 3}
