"""The texts of the sample, read from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from reliability.sample.story import REGISTER_FROM, seconds

FOLDER = Path(__file__).resolve().parent


@cache
def words(name: str) -> dict[str, Any]:
    """One of the files: "catalogue", "comments" or "engineering"."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Problem:
    """A chronic problem.

    weights: how often it strikes in each stretch. until: Unix seconds when it ended, or 0.
    fixed_on, fixes: when each fix was tried (Unix seconds), and the cause recorded from then on.
    """

    id: str
    service: int
    titles: tuple[str, ...]
    weights: tuple[float, ...]
    until: int
    fixed_on: np.ndarray
    fixes: tuple[str, ...]


def services() -> list[dict[str, Any]]:
    """The services in file order; their position is their number everywhere."""
    return words("catalogue")["services"]


def service_number(name: str) -> int:
    """Position of a service."""
    return [service["name"] for service in services()].index(name)


def core_services() -> list[str]:
    """Names of the services whose availability is promised."""
    return [service["name"] for service in services() if "endpoint" in service]


def problems() -> list[Problem]:
    """The chronic problems in file order."""

    def instant(day: date | None) -> int:
        return seconds(day) if day else 0

    return [
        Problem(
            found["id"],
            service_number(found["service"]),
            tuple(found["titles"]),
            tuple(found["weights"]),
            instant(found.get("until")),
            np.array([instant(fix["on"]) for fix in found["fixes"]]),
            tuple(fix["text"] for fix in found["fixes"]),
        )
        for found in words("catalogue")["problems"]
    ]


def register_from() -> int:
    """Unix seconds from which P1 and P2 are kept in the incident register."""
    return seconds(REGISTER_FROM)
