"""The driver of a Spark roll-up: reads jobs from stdin, one JSON line each, and answers each with one.

It needs PySpark and the standard library alone, so that it runs in the Python of any cluster. It ends when its stdin
does, that is with the process that asked.
"""

import json
import os
import sys
import threading
from queue import Queue

INSTALL = "python -m venv .venv-spark && .venv-spark/bin/pip install -r requirements-spark.txt"


def main() -> None:
    """Answer until nobody asks any more."""
    answers, sys.stdout = sys.stdout, sys.stderr
    questions: Queue = Queue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    session = None
    while (question := questions.get()) is not None:
        try:
            if session is None:
                session = _session(question)
                answer = {"version": session.version}
            else:
                _run(session, question)
                answer = {}
        except ModuleNotFoundError as error:
            answer = {"problem": f"{sys.executable} has no {error.name}", "remedy": f"Install it: {INSTALL}"}
        except Exception as error:
            answer = _problem(error)
        print(json.dumps(answer), file=answers, flush=True)
    if session is not None:
        session.stop()


def _listen(questions):
    for line in sys.stdin:
        questions.put(json.loads(line))
    questions.put(None)
    # Whoever asked is gone: nothing that still runs here is of use to anybody.
    threading.Timer(20, os._exit, (1,)).start()


def _session(question):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(question["master"]).appName("reliability rollup")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.caseSensitive": "true",
        "spark.sql.ansi.enabled": "true",
        # Timestamps without a zone are distinguished by their file's schema: here all are read as if in UTC.
        "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
        "spark.sql.adaptive.enabled": "true",
        **({"spark.sql.shuffle.partitions": "8"} if question["master"].startswith("local") else {}),
        **question["conf"],
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _run(session, job):
    for name, table in job["tables"].items():
        _small_table(session, table["schema"], table["rows"]).createOrReplaceTempView(name)
    for number, scan in enumerate(job["scans"]):
        _scan(session, scan).createOrReplaceTempView(f"raw_{number}")
    found = session.sql(job["sql"], args=job["values"])
    # The rows are counts: few beside those that were read.
    with open(job["out"], "w", encoding="utf-8") as out:
        for row in found.toLocalIterator(prefetchPartitions=True):
            out.write(json.dumps(row.asDict(), ensure_ascii=False) + "\n")


def _small_table(session, schema, rows):
    """A table of rows that are sent along: without a task of its own, as createDataFrame would start."""
    names = [part.split()[0] for part in schema.split(", ")]
    kind = "array<struct<" + ", ".join(part.replace(" ", ": ", 1) for part in schema.split(", ")) + ">>"
    records = [dict(zip((name.strip("`") for name in names), row, strict=True)) for row in rows]
    text = "select inline(from_json(:rows, :kind))"
    return session.sql(text.replace(":kind", "'" + kind + "'"), args={"rows": json.dumps(records)})


def _scan(session, scan):
    from pyspark.sql import functions as f

    addresses = {path: number for number, path in scan["files"]}
    reader, paths = session.read, [_readable(path) for _, path in scan["files"]]
    if scan["format"] == "parquet":
        found = reader.parquet(*paths)
        columns = [f.col(f"`{name}`") for name in scan["columns"]]
    elif scan["format"] == "json":
        schema = ", ".join(f"`{name}` string" for name in (*scan["columns"], "_broken"))
        found = reader.schema(schema).option("columnNameOfCorruptRecord", "_broken").json(paths)
        columns = [
            f.when(f.col("_broken").isNull(), f.col(f"`{name}`")).alias(name) for name in scan["columns"]
        ]
    else:
        found = reader.text(paths).withColumnRenamed("value", "line")
        line = f.regexp_replace(f.col("line"), "^\ufeff", "")
        found = found.withColumn("line", line).where((f.trim(line) != "") & (line != scan["header"]))
        columns = [f.col("line")]
    numbers = _small_table(
        session, "`address` string, `file` bigint", [list(pair) for pair in addresses.items()]
    )
    # Spark writes a space as %20 and may leave an umlaut as it is; a + stays one.
    address = f.url_decode(f.regexp_replace(f.col("_metadata.file_path"), "[+]", "%2B"))
    address = f.regexp_replace(address, "^file:/+", "/")
    return (
        found.select(*columns, address.alias("address")).join(f.broadcast(numbers), "address").drop("address")
    )


def _readable(path):
    """A path as Spark reads it: what a glob would take for a pattern stays what it is."""
    escaped = path
    for special in "\\{}[]*?":
        escaped = escaped.replace(special, "\\" + special)
    return escaped


def _problem(error):
    lines = [line for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    if "JAVA_HOME" in str(error) or "Java gateway" in str(error) or "java" in text:
        return {
            "problem": "there is no Java to run on",
            "remedy": "Install Java 17 (Debian: openjdk-17-jre-headless).",
        }
    return {"problem": text, "remedy": "Set RELIABILITY_SPARK_LOG=1 to see all that Spark says."}


if __name__ == "__main__":
    main()
