"""Severity words: whole texts, texts that say a level in parts, texts that name a kind of row, and what stays unknown."""

import tomllib
from pathlib import Path

import pytest

from reliability.queries import Store
from reliability.settings import Severity, parse_settings
from reliability.warehouse import current
from tests.build_folder import build_folder, table

LEVELS = {
    1: """Sev 1|SEV-1|sev_1|Sev1 - Critical|P1 - Critical|1|1-Critical|Critical (P1)|SEV 0|S1|Priority 1 - Critical
        1 – Critical|1 — Critical|P-1|Severity-1|SEV1 (Critical)|P0|1. Critical|Sev-1: Critical|1: Critical|1) Blocker
        [SEV-1]|sev:1|Sev. 1|Sev#1|SEV01|P 1|Prio 1|PRIORITY_1|Priority: 1|Severity One|Sev I|Impact 1 - High|Tier 1|L1
        Urgent (P0)|P1!|🔴 Critical|Critical severity|Major incident|Very High|1 - Site down|1.0|0 - Critical
        3 - Critical|Crítica|Kritisch|Höchste|Höchster|Priorität 1|Priorité 1|Prioridad 1|Prioridade 1|最高|優先度1|Ｐ１
        P1: outage|1-Urgent|SEV-ONE|緊急|Tier-1|Severity 1 (Business Down)|Critical - Business Stopped|Critical: all users
        Krytyczny|Критический|Kritik|Acil|치명적|긴급|Kritisk|Kriittinen|Priorytet 1|심각도 1|P1 - Total loss of service""",
    2: """SEV2|P2 - High|2 - High|Impact: High|High impact|High (2)|Severity: Major|S2 - Major|Sev Two|Hoch|Élevée|Alta|高
        2-Significant/Large|Level 2|High - Major degradation|Major - partial outage|Wysoki|Высокая|Yüksek|높음|Hög|Høj|Urgencia alta|Serious|P2 - 4h""",
    3: "P3|3 - Moderate|sev_3|Medium priority|Mittel|Moyenne|Média|中|Minor outage|Average|Średni|Средний|Orta|보통|Medel|SEV 3: Minor impact|Moderate/Limited|一般",
    4: "P4 (Low)|4-Minor/Localized|Sev4: Low|1 - Low|Niedrig|Faible|Baixa|低|Minor/Localized|Niski|Низкий|Düşük|낮음|Låg|Pri-4|Leve",
    5: "5 - Planning|SEV-5|Lowest|No impact|Info only|Info|Informational|None|Niedrigste|最低",
}
CASES = [
    (word.strip(), level) for level, text in LEVELS.items() for word in text.replace("\n", "|").split("|")
]


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("一级", 1),
        ("二級", 2),
        ("第三级", 3),
        ("P1级", 1),
        ("四级事件", 4),
        ("1등급", 1),
        ("2급", 2),
        ("一级（严重）", 1),
    ],
)
def test_a_level_may_stand_before_the_word_for_it(word: str, level: int) -> None:
    assert Severity().level(word) == level


@pytest.mark.parametrize(("word", "level"), CASES)
def test_a_level_is_read_wherever_a_text_says_it(word: str, level: int) -> None:
    assert Severity().level(word) == level
    assert Severity().kind(word) is None


@pytest.mark.parametrize(
    "word",
    [
        *(
            "P1/P2",
            "SEV1 (was SEV2)",
            "Critical/High",
            "Not critical",
            "Non-critical",
            "P10",
            "SEV12",
            "SEV-1.5",
        ),
        *(
            "1.5",
            "12",
            "6",
            "0",
            "3 days",
            "1-2",
            "Unknown",
            "TBD",
            "Unclassified",
            "Checkout",
            "Critical mass",
            "High - was low",
            "Low: not critical",
            "Urgent/High",
            "Medium-High",
            "Severity A",
            "Amber",
            "-",
        ),
        *("2025-01-01", "version 2", "top 3", "apps1", "P1x", "Red"),
    ],
)
def test_what_says_no_level_or_several_stays_unknown(word: str) -> None:
    assert Severity().level(word) is None
    assert Severity().kind(word) is None


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Maintenance", "maintenance"),
        ("Planned maintenance", "maintenance"),
        ("scheduled_maintenance", "maintenance"),
        ("Wartung", "maintenance"),
        ("Konserwacja", "maintenance"),
        ("점검", "maintenance"),
        ("Scheduled downtime", "scheduled"),
        ("Planned outage", "scheduled"),
        ("Scheduled", "scheduled"),
        ("Game day exercise", "drill"),
        ("Test", "test"),
        ("Service request", "request"),
        ("Enhancement", "request"),
    ],
)
def test_a_word_that_says_what_a_row_is_names_a_kind_and_no_level(word: str, kind: str) -> None:
    assert (Severity().level(word), Severity().kind(word)) == (None, kind)


def _own(toml: str) -> Severity:
    settings, problems = parse_settings(tomllib.loads(f"[severity]\nwords = {toml}\n"))
    assert not problems
    return settings.severity


def test_the_words_of_the_organisation_win() -> None:
    own = _own('{1 = ["Rot"], 2 = ["critical"], 3 = ["P1 - Critical", "Wartung"], 4 = ["sev_1"]}')
    assert [own.level(word) for word in ("Critical", "P1 - Critical", "p1 -  critical", "Wartung")] == [
        2,
        3,
        3,
        3,
    ]
    assert own.kind("Wartung") is None
    assert own.level("sev_1") == 4
    # A part of the text is enough, except of one that is listed as a whole.
    assert [own.level(word) for word in ("Rot (3)", "P3 / rot", "SEV1 (Critical)", "1 - Critical")] == [
        1,
        1,
        2,
        1,
    ]
    assert own.level("Rothaus") is None


def test_a_number_or_letter_of_the_organisation_counts_only_where_it_stands_alone() -> None:
    upwards = _own('{1 = ["3"], 3 = ["1"]}')
    assert [upwards.level(word) for word in ("3", "1", "2", "Sev 1")] == [1, 3, 2, 1]
    graded = _own('{1 = ["A"], 4 = ["D"]}')
    assert [graded.level(word) for word in ("a", "D", "Sev 3: a crash", "P2 d")] == [1, 4, 3, 2]


def _incidents(folder: Path, words: list[str], settings: str = ""):
    lines = [f'I{n},2025-07-{n + 1:02}T10:00:00Z,"{word}",open' for n, word in enumerate(words)]
    return build_folder(folder, {"inc.csv": table("incident_id,opened_at,severity,status", *lines)}, settings)


def test_rows_that_name_a_kind_are_left_out_and_what_is_unknown_is_listed_first(tmp_path: Path) -> None:
    built = _incidents(
        tmp_path, ["SEV1 (Critical)", "Planned maintenance", "Umbrella", "Umbrella", "Impact: High"]
    )
    file = built.file("inc.csv")
    assert (file.rows_read, file.kept, file.excluded, file.reasons) == (5, 4, 1, {"maintenance": 1})
    assert built.rows("select severity, severity_text from incidents order by incident_id") == [
        (1, "SEV1 (Critical)"), (None, "Umbrella"), (None, "Umbrella"), (2, "Impact: High"),
    ]  # fmt: skip
    published = current(tmp_path)
    assert published is not None
    store = Store(published.path, published.data_version)
    listed = store.run("lists/severity_words", {}).rows
    store.close()
    assert [(row["word"], row["level"], row["kind"], row["rows"]) for row in listed] == [
        ("Umbrella", None, None, 2),
        ("SEV1 (Critical)", 1, None, 1),
        ("Impact: High", 2, None, 1),
        ("Planned maintenance", None, "maintenance", 1),
    ]


def test_a_kind_named_as_severity_counts_where_the_settings_keep_that_kind(tmp_path: Path) -> None:
    built = _incidents(tmp_path, ["Maintenance", "P1"], "[incidents]\nexclude_kinds = []\n")
    assert built.rows("select kind, severity from incidents order by incident_id") == [
        ("maintenance", None),
        ("incident", 1),
    ]


def test_a_kind_that_the_row_has_already_is_kept(tmp_path: Path) -> None:
    lines = ["A,2025-07-01T10:00:00Z,Maintenance,drill", "B,2025-07-01T10:00:00Z,P2,maintenance"]
    built = build_folder(tmp_path, {"inc.csv": table("incident_id,opened_at,severity,kind", *lines)})
    assert built.file("inc.csv").reasons == {"drill": 1, "maintenance": 1}
