"""Code pages: which one a file is in, what is said where it is unsure, and how a person says it."""

from pathlib import Path

import pytest

from reliability.exports.code_pages import CodePage, code_page
from reliability.mappings import Cell, Place, Spec, save, saved
from reliability.settings import Settings, settings_problems
from reliability.warehouse import build, open_store
from tests.build_folder import build_folder
from tests.exported import read
from tests.named import give_name
from tests.test_ui import said

POLISH = "Awaria płatności, klienci nie mogą się zalogować"
# Everyday sentences of support desks, made up, one per language.
TEXTS = {
    "cp1252": (
        "Störung der Zahlung, Kunden können sich nicht anmelden, Größe überschritten",
        "Panne du paiement, les clients ne peuvent pas accéder à l’espace privé",
        "Falha no pagamento, usuários sem acesso à aplicação desde a manutenção",
        "El servicio no respondió, la petición caducó después de un año: señal débil",
        "Driftstörning på betalning för användare i Åbo; fejl på færgen",
    ),
    "cp1250": (
        POLISH,
        "Přihlášení uživatelů nefunguje, služba je nedostupná od včerejška",
        "Szolgáltatás kiesés, a fizetés nem működik, az időtúllépés gyakori",
        "Naplata računa ne radi, korisnici čekaju, đaci i šalter također ćute",
    ),
    "cp1251": ("Сбой оплаты, клиенты не могут войти в систему", "Не працює оплата, клієнти не можуть увійти"),
    "koi8_r": ("Сбой оплаты, клиенты не могут войти в систему",),
    "cp1253": ("Βλάβη πληρωμών, οι πελάτες δεν μπορούν να συνδεθούν",),
    "cp1254": ("Ödeme arızası, müşteriler giriş yapamıyor, şifre yanlış",),
    "cp932": (
        "決済サービスの障害が発生しました。利用者はログインできません",
        "重大;ネットワーク障害;ﾃｽﾄ",
        "回答ID,回答日,NPSスコア,会社名",
    ),
    "cp949": ("결제 서비스 장애가 발생했습니다. 사용자가 로그인할 수 없습니다",),
    "gb18030": ("支付服务发生故障，用户无法登录系统，请稍后再试",),
    "big5": ("支付服務發生故障，使用者無法登入系統，請稍後再試",),
}
CASES = [(page, text) for page, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize("lines", [1, 40])
@pytest.mark.parametrize(("page", "text"), CASES)
def test_a_page_is_told_by_a_sentence_and_by_a_file(page: str, text: str, lines: int) -> None:
    sample = [f"INC{n};2025-07-01 10:00;{text};Open".encode(page) for n in range(lines)]
    assert code_page(sample) == CodePage(page)


@pytest.mark.parametrize(("page", "text"), CASES)
def test_a_file_reads_as_it_was_written(tmp_path: Path, page: str, text: str) -> None:
    text = text.replace(";", ",")
    rows = "".join(f'INC{n};2025-07-01 10:00;"{text}";{text[:9]}\n' for n in range(9))
    found = read(tmp_path, f"number;opened;{text[:7]};state\n{rows}".encode(page))
    # latin-1 is cp1252 for a file without the signs that only cp1252 has.
    assert found.table.encoding in ({page} | ({"latin-1"} if page == "cp1252" else set()))
    assert found.table.columns[2] == text[:7].strip()
    assert {tuple(row[2:]) for row in found.values} == {(text, text[:9])}
    assert found.table.unreadable == []


def test_lines_that_are_utf8_stay_it_and_a_damaged_one_costs_itself(tmp_path: Path) -> None:
    good = f"I1;{POLISH}\n".encode("cp1250") * 3
    damaged = "I2;Czę".encode("cp1250") + b" \x81\n"
    found = read(tmp_path, b"id;title\n" + good + f"I3;{POLISH}\n".encode() + damaged + good)
    assert found.table.encoding == "utf-8 and cp1250 and latin-1"
    assert [row[1] for row in found.values if row[0] != "I2"] == [POLISH] * 7


@pytest.mark.parametrize("byte", [b"\xb3", b"\xe9", b"\x83\x8f", b"\x9c"])
def test_a_single_odd_byte_makes_no_other_page_and_no_doubt(byte: bytes) -> None:
    assert code_page([b"INC1,2025-07-01,pay" + byte + b"ment,Open"]) == CodePage("cp1252")


# Of these letters alone nobody can say whether they are Hungarian or, in the western page, Portuguese.
UNSURE = "incident_id,opened_at,title\n" + "".join(
    f"I{n},2025-07-{n:02}T10:00:00Z,idő és erő\n" for n in range(1, 9)
)


def test_what_may_be_of_two_pages_is_said_and_the_settings_decide(tmp_path: Path) -> None:
    built = build_folder(tmp_path / "unsure", {"inc.csv": UNSURE.encode("cp1250")})
    assert built.rows("select distinct title from incidents") == [("idõ és erõ",)]
    assert built.file("inc.csv").problem.startswith(
        "its letters are read as latin-1, but could be cp1250: check"
    )
    rule = '[[exports]]\nmatch = "inc.csv"\nencoding = "cp1250"\n'
    built = build_folder(tmp_path / "said", {"inc.csv": UNSURE.encode("cp1250")}, rule)
    assert built.rows("select distinct title from incidents") == [("idő és erő",)]
    assert (built.file("inc.csv").problem, built.file("inc.csv").encoding) == ("", "cp1250")


def test_a_code_page_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "review.toml").write_text(
        '[[exports]]\nmatch = "a.csv"\nencoding = "cp12500"\n', encoding="utf-8"
    )
    (problem,) = settings_problems(tmp_path)
    assert "there is no code page 'cp12500'" in str(problem)
    (tmp_path / "review.toml").write_text("", encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    wrong = "-- title: A\n-- definition: A.\n-- source: a\n-- table: incidents\n-- requires: a\n-- verified: unverified\n"
    text = f"{wrong}-- encoding: rot13\n\nselect 1 as incident_id from export\n"
    (tmp_path / "mappings" / "a.sql").write_text(text, encoding="utf-8")
    (one,) = saved(tmp_path)
    assert "there is no code page 'rot13'" in one.problem


ERO = "eset;idő;erő\n" + "".join(f"E{n};2025-07-{n:02}T10:00:00Z;P1 erő\n" for n in range(1, 9))


def test_a_mapping_names_the_page_and_its_columns_are_found_by_it(tmp_path: Path) -> None:
    cells = {"incident_id": "eset", "opened_at": "idő", "title": "erő"}
    spec = Spec("Esetek", "incidents", {k: Cell(Place(v)) for k, v in cells.items()}, encoding="cp1250")
    save(tmp_path, spec)
    (one,) = saved(tmp_path)
    assert one.spec == spec
    other = UNSURE.encode("cp1252", "replace")
    built = build_folder(tmp_path, {"esetek.csv": ERO.encode("cp1250"), "other.csv": other})
    assert built.rows("select distinct title, source from incidents where source = 'esetek'") == [
        ("P1 erő", "esetek")
    ]
    assert (built.file("esetek.csv").encoding, built.file("esetek.csv").problem) == ("cp1250", "")
    assert built.file("other.csv").format == "canonical_incidents"


def test_the_form_asks_for_the_page_and_shows_the_file_in_it(open_page, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "esetek.csv").write_bytes(ERO.encode("cp1250"))
    build(tmp_path, Settings())
    app = open_page("data", data_dir=tmp_path)
    page = next(box for box in app.selectbox if box.label == "Its letters are in")
    assert page.value == "" and "erõ" in said(app)
    page.set_value("cp1250").run()
    assert "P1 erő" in said(app)
    title = next(box for box in app.selectbox if box.key and box.key.startswith("map-opened_at"))
    assert title.value == "idő"
    key = next(b.key for b in app.button if b.key and b.key.startswith("map-save-"))
    give_name(app)
    app.button(key=key).click().run()
    assert not app.exception
    (one,) = saved(tmp_path)
    assert one.spec is not None and one.spec.encoding == "cp1250"
    store = open_store(tmp_path)
    try:
        assert store.run("lists/file_accounting").one()["format"] == "esetek"
    finally:
        store.close()


# Two rows of a table: too few letters for statistics.
SHORT = {
    "gb18030": "编号,发生时间,级别\nG1,2025-07-01 09:30,一级\n",
    "big5": "編號,發生時間,級別\nG1,2025-07-01 09:30,一級\n",
    "cp932": "管理No,発生日時,影響度\nS1,2025/07/01 09:30,中\n",
    "euc_jp": "管理No,発生日時,影響度\nS1,2025/07/01 09:30,中\n",
    "cp949": "번호,발생일시,등급\nI1,2025-07-01 10:00,높음\n",
    "cp1251": "Номер;Начало;Важность\n1;2025-07-01 10:00;Высокая\n",
    "koi8_r": "Номер;Начало;Важность\n1;2025-07-01 10:00;Высокая\n",
}


@pytest.mark.parametrize("page", SHORT)
def test_a_table_of_two_rows_is_told_by_the_words_that_tables_are_made_of(tmp_path: Path, page: str) -> None:
    text = SHORT[page]
    found = read(tmp_path, text.encode(page))
    assert found.table.encoding == page
    head, row = (line.replace(";", ",").split(",") for line in text.splitlines())
    assert list(found.table.columns) == head
    assert list(found.values[0]) == row


@pytest.mark.parametrize(
    "text",
    ["Nº,Início,Término\n1,x,y\n", "Störung,Beginn,Priorität\n1,x,hoch\n", "Réf,Début,Gravité\n1,é,à\n"],
)
def test_western_words_are_never_taken_for_those_of_another_script(text: str) -> None:
    assert code_page(line for line in text.encode("cp1252").split(b"\n") if not line.isascii()) == CodePage(
        "cp1252"
    )
