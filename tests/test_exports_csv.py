"""Delimited text: every dialect, encoding and header; damage is set aside and costs nothing else."""

from pathlib import Path

import pytest

from reliability.errors import ExportError
from reliability.exports import csv_fast
from tests.exported import read
from tests.statements import counted

THREE = "number,title,state\nINC1,one,open\nINC2,two,closed\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    found = read(tmp_path, THREE.replace(",", delimiter))
    assert found.table.delimiter == delimiter
    assert found.values == [["INC1", "one", "open"], ["INC2", "two", "closed"]]
    assert found.lines == [2, 3]


def test_decimal_commas_do_not_win_over_semicolons(tmp_path: Path) -> None:
    found = read(tmp_path, "id;hours;cost\n1;1,5;2,25\n2;0,5;3,75\n")
    assert found.values == [["1", "1,5", "2,25"], ["2", "0,5", "3,75"]]


def test_a_sep_line_decides_the_delimiter_and_is_no_record(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=;\r\na,b;c\r\n1,0;2,0\r\n")
    assert found.table.columns == ["a,b", "c"]
    assert found.rows == [(3, {"a,b": "1,0", "c": "2,0"})]
    assert found.table.header_lines == 2


def test_values_are_kept_as_they_stand(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b,c\n  x ,"",007\n"say ""hi"", ok",5" pipe,1.10\n')
    assert found.values == [["  x ", "", "007"], ['say "hi", ok', '5" pipe', "1.10"]]


def test_quoted_line_breaks_stay_in_their_value_and_lines_still_count(tmp_path: Path) -> None:
    found = read(tmp_path, 'id,text,state\r\n1,"a\r\nb\n\nc",x\r\n2,d,y\r\n3,"e\nf",z\r\n4,g,w')
    assert found.rows == [
        (2, {"id": "1", "text": "a\r\nb\n\nc", "state": "x"}),
        (6, {"id": "2", "text": "d", "state": "y"}),
        (7, {"id": "3", "text": "e\nf", "state": "z"}),
        (9, {"id": "4", "text": "g", "state": "w"}),
    ]


def test_blank_lines_are_no_records(tmp_path: Path) -> None:
    found = read(tmp_path, "\n\na,b\n\n1,2\n\n   \n3,4\n\n\n")
    assert found.rows == [(5, {"a": "1", "b": "2"}), (8, {"a": "3", "b": "4"})]
    assert found.table.unreadable == []


def test_a_header_without_records_is_an_empty_table(tmp_path: Path) -> None:
    found = read(tmp_path, "number,opened_at\n")
    assert found.table.columns == ["number", "opened_at"]
    assert found.table.records == 0


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\r\r\n"])
def test_other_line_endings_are_read(tmp_path: Path, ending: str) -> None:
    found = read(tmp_path, THREE.replace("\n", ending))
    assert found.values == [["INC1", "one", "open"], ["INC2", "two", "closed"]]
    assert found.lines == [2, 3]


def test_mixed_line_endings_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b\r\n1,2\n3,4\r\n5,6\n")
    assert found.values == [["1", "2"], ["3", "4"], ["5", "6"]]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_found(tmp_path: Path, codec: str) -> None:
    found = read(tmp_path, "numéro,titre\nINC1,écran noir\nINC2,€ 5\n".encode(codec))
    assert found.table.columns == ["numéro", "titre"]
    assert found.values == [["INC1", "écran noir"], ["INC2", "€ 5"]]


def test_latin_1_and_cp1252_are_told_apart_by_their_bytes(tmp_path: Path) -> None:
    latin = read(tmp_path / "1", "a,b\né,1\nà,2\n".encode("latin-1"))
    windows = read(tmp_path / "2", "a,b\né,1\n“€”,2\n".encode("cp1252"))
    assert (latin.table.encoding, latin.values) == ("latin-1", [["é", "1"], ["à", "2"]])
    assert (windows.table.encoding, windows.values) == ("cp1252", [["é", "1"], ["“€”", "2"]])


def test_bytes_that_are_neither_utf_8_nor_cp1252_lose_no_row(tmp_path: Path) -> None:
    # 0x81 is undefined in cp1252; 0x85 read as latin-1 is U+0085, which some take for a line end.
    found = read(tmp_path, b"id,text\n1,caf\xe9\n2,a\x85b\n3,\x81\n4,plain\n")
    assert found.values == [["1", "café"], ["2", "a…b"], ["3", "\x81"], ["4", "plain"]]
    assert found.lines == [2, 3, 4, 5]


def test_a_byte_that_cp1252_lacks_changes_no_other_line(tmp_path: Path) -> None:
    found = read(tmp_path, "id,text\n1,“€”\n2,plain\n".encode("cp1252") + b"3,\x81\x80\n")
    assert found.values == [["1", "“€”"], ["2", "plain"], ["3", "\x81\x80"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("cut", ['"a', '"a"', '"a""', '"a""\tOpen\t', '"a""""\tOpen\t'])
def test_a_quote_that_swallows_a_row_whose_last_cell_is_blank_is_noticed(
    tmp_path: Path, ending: str, cut: str
) -> None:
    # DuckDB drops the blank cell that makes the swallowed line too wide, so what is left looked too narrow for a row.
    plain = "INC0000000\t2025-01-01 10:00\tx\tOpen\t"
    rows = [
        plain,
        plain,
        f"INC0000000\t2025-01-01 10:00\t{cut}",
        plain.replace("\tx\t", '\t"\ta"\t'),
        plain,
        plain,
    ]
    found = read(tmp_path, ending.join(["number\topened_at\ttitle\tstate\towner", *rows]) + ending)
    whole = {line: list(cells.values())[2] for line, cells in found.rows}
    assert {line: whole.get(line) for line in (2, 3, 5, 6, 7)} == {2: "x", 3: "x", 5: "\ta", 6: "x", 7: "x"}


def test_a_stray_backslash_before_a_quote_costs_only_its_record(tmp_path: Path) -> None:
    rows = [f'INC{i},2025-01-02,"c:\\temp{i}\\",open' for i in range(20)]
    rows[7] = 'INC7,2025-01-02,"c:\\te\\"mp7",open'
    found = read(tmp_path, "\n".join(["number,on,path,state", *rows]))
    assert found.lines == [line for line in range(2, 22) if line != 9]
    assert [u.line for u in found.table.unreadable] == [9]


@pytest.mark.parametrize("tail", ["", "x\n"])
@pytest.mark.parametrize(
    "number", ["INC\n0000007", "INC0000007\n", "\nINC0000007", "INC0000007\nINC0000008", "INC7\r\n"]
)
def test_an_id_that_holds_a_line_break_stays_one_row(tmp_path: Path, number: str, tail: str) -> None:
    numbers = [f"INC{i:07}" for i in range(12)]
    numbers[7] = number
    rows = "".join(f'"{n}",2025-01-01 10:00,t,Open\n' for n in numbers)
    found = read(tmp_path, "number,at,title,state\n" + rows + tail)
    assert [cells["number"] for _, cells in found.rows] == numbers


def test_header_rows_wider_than_the_table_are_no_rows_of_it(tmp_path: Path) -> None:
    texts = "Start,Wie?" + ",x" * 50
    text = "StartDate,Q1\n" + texts + '\n"{""ImportId"":""a""}","{""ImportId"":""b""}"\n2025-01-01,9\n'
    assert read(tmp_path, text).values == [["2025-01-01", "9"]]


def test_a_table_of_more_columns_than_any_export_has_is_refused_in_one_line(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(5_001))
    with pytest.raises(ExportError) as raised:
        read(tmp_path, f"{header}\n{header.replace('c', '')}\n")
    assert str(raised.value) == (
        "export.csv: it has 5,001 columns, and at most 5,000 are read. Export only the columns that are needed."
    )


def test_work_for_a_wide_file_grows_with_its_columns(tmp_path: Path) -> None:
    # The planner's work grows with the square of the conditions: no statement may state more than a few.
    header = ",".join(f"c{i}" for i in range(1_000))
    with counted() as statements:
        found = read(tmp_path, f"{header}\n{',' * 999}\n{header}\n{header.replace('c', '')}\n")
    said = [text.partition("where")[2] for text in statements.asked if "where" in text]
    assert found.reasons == [(2, "empty row"), (3, "repeated header")]
    assert len(found.rows) == 1
    assert said and all(condition.count(" and ") < 10 for condition in said)


def test_a_bad_byte_costs_neither_its_row_nor_the_utf_8_around_it(tmp_path: Path) -> None:
    found = read(tmp_path, "id,text\n1,Grüße\n".encode() + b"2,caf\xe9\n" + "3,日本\n".encode())
    assert found.values == [["1", "Grüße"], ["2", "café"], ["3", "日本"]]
    assert found.table.encoding == "utf-8 and latin-1"


def test_a_bad_byte_far_into_a_large_file_is_found(tmp_path: Path) -> None:
    rows = "".join(f"{i},a plain line of text that takes some room\n" for i in range(40_000)).encode()
    found = read(tmp_path, b"id,text\n" + rows + b"x,caf\xe9\n")
    assert found.table.records == 40_001
    assert found.rows[-1] == (40_002, {"id": "x", "text": "café"})


def test_unicode_line_ends_do_not_split_rows(tmp_path: Path) -> None:
    found = read(tmp_path, "id,text\n1,a\u0085b\u2028c\x0bd\x0ce\n2,f\n")
    assert found.values == [["1", "a\u0085b\u2028c\x0bd\x0ce"], ["2", "f"]]


def test_repeated_and_blank_names_become_names_of_their_own(tmp_path: Path) -> None:
    found = read(tmp_path, "Labels,Labels, labels ,,Labels_2,source_line,\n1,2,3,4,5,6,7\n")
    assert found.table.columns == [
        "Labels", "Labels_2", "labels_3", "column_4", "Labels_2_2", "source_line_2", "column_7",
    ]  # fmt: skip
    assert found.values == [["1", "2", "3", "4", "5", "6", "7"]]


def test_a_column_called_rowid_does_not_confuse_the_lines(tmp_path: Path) -> None:
    assert read(tmp_path, "rowid,b\n7,x\n9,y\n").lines == [2, 3]


def test_qualtrics_rows_two_and_three_are_header(tmp_path: Path) -> None:
    text = 'StartDate,Q1\nAnfang,"Wie\nwahrscheinlich?"\n"{""ImportId"":""startDate""}","{""ImportId"":""QID1""}"\n'
    found = read(tmp_path, text + "2017-07-18 08:28:09,9\n")
    assert found.table.columns == ["StartDate", "Q1"]
    assert found.table.header_lines == 4
    assert found.rows == [(5, {"StartDate": "2017-07-18 08:28:09", "Q1": "9"})]


def test_two_header_rows_are_joined_question_by_question(tmp_path: Path) -> None:
    text = 'Date,uuid,"Q#1: How likely, 0 to 10?",,Q#2: Why?,city\n,,Score,Label,Answer,\n'
    found = read(tmp_path, text + "2023-03-27 17:31:53,r1,9,Promoter,fast,Oslo\n")
    assert found.table.columns == [
        "Date", "uuid", "Q#1: How likely, 0 to 10? / Score", "Q#1: How likely, 0 to 10? / Label",
        "Q#2: Why? / Answer", "city",
    ]  # fmt: skip
    assert found.lines == [3]
    assert found.table.header_lines == 2


def test_words_that_gather_columns_above_their_names_are_a_title(tmp_path: Path) -> None:
    names = "Incident,System,Date,From,To,Class\n"
    found = read(
        tmp_path,
        f"Reliability,,Timing,,,\n{names}A,web,2025-01-02,10:00,11:00,S1\nB,db,2025-01-05,10:00,11:00,S2\n",
    )
    assert found.table.columns == names.strip().split(",")
    assert (found.lines, found.table.header_lines) == ([3, 4], 2)
    # Values are no names, however few of the columns have one.
    assert read(tmp_path, "id,state,,\nA,open,x,y\nB,closed,x,z\n").table.records == 2
    assert read(tmp_path, "id,,,state\nA,2,3,open\nB,3,4,closed\n").table.records == 2


def test_a_second_row_that_only_says_response_is_header(tmp_path: Path) -> None:
    found = read(tmp_path, "Respondent ID,Start Date,Comment\n,,Open-Ended Response\n77,1/2/2025,good\n")
    assert found.table.columns == ["Respondent ID", "Start Date", "Comment / Open-Ended Response"]
    assert found.table.records == 1


def test_a_first_record_with_blank_cells_is_no_second_header_row(tmp_path: Path) -> None:
    assert read(tmp_path, "id,state,\n,open,5\n2,closed,6\n").table.records == 2


def test_title_lines_above_the_header_are_no_records(tmp_path: Path) -> None:
    found = read(tmp_path, "Incident report\nprinted on Monday\n\nid,a,b\n1,2,3\n4,5,6\n7,8,9\n")
    assert found.table.columns == ["id", "a", "b"]
    assert found.lines == [5, 6, 7]


def test_cells_beyond_the_header_become_extra_columns(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b\n1,2\n3,4,5,6\n7,8,,\n")
    assert found.table.columns == ["a", "b", "extra_1", "extra_2"]
    assert found.values == [["1", "2", None, None], ["3", "4", "5", "6"], ["7", "8", None, None]]


def test_a_delimiter_at_the_end_of_every_row_makes_no_column(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b\n1,2,\n3,4,\n")
    assert found.table.columns == ["a", "b"]


def test_a_cut_row_is_set_aside_with_what_is_left_of_it(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b,c,d\n1,2,3,4\n5,6,7,\n8,9\n10,11,12,13\nTotal: 4\n")
    assert found.reasons == [(4, "row has 2 of 4 cells"), (6, "row has 1 of 4 cells")]
    assert found.table.unreadable[0].text == "8,9"
    assert found.lines == [2, 3, 5]


def test_a_writer_that_leaves_blank_cells_away_is_understood(tmp_path: Path) -> None:
    rows = "".join(f"{i},a,b\n{i},a\n" for i in range(5))
    found = read(tmp_path, "id,x,y\n" + rows)
    assert found.table.unreadable == []
    assert found.values[:2] == [["0", "a", "b"], ["0", "a", None]]


def test_a_block_of_rows_without_their_blank_cells_is_kept(tmp_path: Path) -> None:
    full, block = "1,2,\n" * 40, "3,4\n" * 16
    found = read(tmp_path, "id,x,y\n" + full + block + full + "5,6\n" + full)
    assert found.reasons == [(98, "row has 2 of 3 cells")]
    assert found.values[40:56] == [["3", "4", None]] * 16


def test_rows_of_blank_cells_are_set_aside_as_empty(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b,c\n1,2,3\n,,\n , ,\n4,5,6\n,,\n")
    assert found.reasons == [(3, "empty row"), (4, "empty row"), (6, "empty row")]
    assert found.lines == [2, 5]


def test_a_repeated_header_is_set_aside(tmp_path: Path) -> None:
    found = read(tmp_path, THREE + "\ufeff" + THREE)
    assert found.reasons == [(4, "repeated header")]
    assert found.lines == [2, 3, 5, 6]


def test_a_header_glued_to_the_last_row_of_the_file_before_is_cut_off(tmp_path: Path) -> None:
    found = read(tmp_path, THREE.rstrip("\n") + THREE)
    assert found.reasons == [(3, "repeated header")]
    assert found.values == [["INC1", "one", "open"], ["INC2", "two", "closed"]] * 2
    assert found.lines == [2, 3, 4, 5]


def test_an_unclosed_quote_costs_only_its_own_record(tmp_path: Path) -> None:
    rows = [f'INC{i},2025-01-02 10:00,"text, {i}",open' for i in range(2000)]
    rows[700] = 'INC700,2025-01-02 10:00,"text, 700,open'
    found = read(tmp_path, "\n".join(["number,at,title,state", *rows]))
    assert found.reasons == [(702, "a quote is opened and not closed")]
    assert len(found.rows) == 1999
    assert found.lines[-1] == 2001
    assert found.values[-1] == ["INC1999", "2025-01-02 10:00", "text, 1999", "open"]


def test_two_stray_quotes_that_make_one_valid_record_swallow_nothing(tmp_path: Path) -> None:
    # Read by the letter, rows 3 to 7 are one record of three cells, and every line is accounted for.
    rows = [f"INC{i},2025-01-{i:02},title {i}" for i in range(1, 10)]
    rows[2] = 'INC3,"2025-01-03,title 3'
    rows[6] = 'INC7,2025-01-07",title 7'
    found = read(tmp_path, "\n".join(["number,on,title", *rows]))
    assert found.reasons == [(4, "a quote is opened and not closed")]
    assert found.lines == [2, 3, 5, 6, 7, 8, 9, 10]


def test_long_texts_with_lists_and_logs_are_not_taken_for_records(tmp_path: Path) -> None:
    text = "steps:\n1, open it\n2, look, then close\n\nlog 2025-01-02, ok, INC"
    rows = "".join(f'INC{i},2025-01-02,"{text}",open\n' for i in range(50))
    found = read(tmp_path, "number,on,text,state\n" + rows)
    assert found.table.unreadable == []
    assert found.lines == [2 + 5 * i for i in range(50)]


def test_the_rest_of_a_damaged_record_is_counted_with_it(tmp_path: Path) -> None:
    rows = [f'INC{i},2025-01-02,"line one\nline two\nline three",open' for i in range(20)]
    rows[5] = rows[5].replace('"line one', '"line "one"')
    found = read(tmp_path, "\n".join(["number,on,text,state", *rows]))
    assert found.reasons == [(17, "text stands between a closing quote and the next delimiter")]
    assert found.table.unreadable[0].text.endswith('line two\nline three",open')
    assert len(found.rows) == 19


def test_zero_bytes_cost_only_their_record(tmp_path: Path) -> None:
    found = read(tmp_path, b"a,b\n1,2\n3,\0\0\n5,6\n" + b"\0" * 4096)
    assert found.reasons == [(3, "it contains zero bytes"), (5, "it contains zero bytes")]
    assert found.lines == [2, 4]


def test_backslash_escapes_are_recognised(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b\n1,"say \\"hi\\", ok"\n2,"c:\\\\x \\n"\n3,"z"\n')
    assert found.values == [["1", 'say "hi", ok'], ["2", "c:\\x \\n"], ["3", "z"]]


def test_quotes_may_mean_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, 'id\ttext\n1\t"so" he said\n2\t"unclosed\n3\t"why" not\n4\t"5" pipe\n')
    assert found.values == [["1", '"so" he said'], ["2", '"unclosed'], ["3", '"why" not'], ["4", '"5" pipe']]


def test_unreadable_text_is_cut_to_500_characters(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b,c\n1,2,3\n" + "x" * 2000 + "\n")
    assert found.table.unreadable[0].text == "x" * 500


def test_a_row_with_a_thousand_cells_makes_no_thousand_columns(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b\n1,2\n" + "x," * 999 + "x\n3,4\n")
    assert found.reasons == [(3, "row has 1000 cells where the header names 2")]
    assert found.table.columns == ["a", "b"]


def test_a_file_name_with_pattern_signs_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "ab.csv").write_text("a,b\n9,9\n")
    assert read(tmp_path, "a,b\n1,2\n", "a*.csv").values == [["1", "2"]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "export.csv: it is empty. Export it again, or remove the file."),
        (" \n\n", "export.csv: it is empty. Export it again, or remove the file."),
        (
            "1,2\n3,4\n",
            "export.csv: it has no header: the first row is '1, 2'. Put the column names in the first",
        ),
        (
            'a,"b,c\n1,2,3\n',
            "export.csv, line 1: its header cannot be read: a quote is opened and not closed. Fix",
        ),
        (bytes(range(256)) * 40, "export.csv: it is not text. Export it as CSV, JSON, Parquet or XLSX."),
        ("%PDF-1.7\n", "export.csv: it is a PDF. Export the table itself as CSV, JSON or XLSX."),
        ("<!DOCTYPE html><html>", "export.csv: it is a web page. A sign-in page may have been saved instead"),
    ],
)
def test_an_unusable_file_says_what_it_is_and_what_to_do(
    tmp_path: Path, data: bytes | str, message: str
) -> None:
    with pytest.raises(ExportError) as raised:
        read(tmp_path, data)
    assert str(raised.value).startswith(message)


def test_blank_lines_at_the_end_are_counted_across_pieces_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n\n\n")
    monkeypatch.setattr(csv_fast, "_CHUNK", 3)
    assert csv_fast.count_lines(tmp_path / "a.csv") == csv_fast.PhysicalLines(4, 2, False)
