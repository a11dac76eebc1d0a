"""The engines by name."""

from reliability.rollups.duckdb_engine import DuckDBEngine
from reliability.rollups.model import Engine
from reliability.rollups.spark_engine import SparkEngine

ENGINES = ("duckdb", "spark")


def engine_named(name: str, *, memory: str = "1GB", master: str = "local[*]") -> Engine:
    """One of ENGINES. memory: of DuckDB. master: of Spark."""
    return SparkEngine(master) if name == "spark" else DuckDBEngine(memory)
