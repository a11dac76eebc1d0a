"""Where the data folder is when nobody names one."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def default_data_dir() -> Path:
    """Return the data folder: RELIABILITY_DATA, else the `data/` folder beside the package."""
    named = os.environ.get("RELIABILITY_DATA")
    return Path(named) if named else ROOT / "data"
