"""`serve`: the app in several processes on this machine, behind nginx."""

from pathlib import Path

import click

from reliability.cli.main import cli, common


@cli.command("serve")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Server processes.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address that nginx listens on.")
@click.option("--port", type=int, default=8501, show_default=True, help="The port that nginx listens on.")
@common
def serve(data_dir: Path, as_json: bool, workers: int, host: str, port: int) -> int:
    """Serve with several processes: people stay with one by a cookie; one that ends is started again."""
    del as_json
    # Streamlit is only loaded by what serves.
    from reliability.serve import workers as processes

    return processes.serve(data_dir.resolve(), "127.0.0.1" if host == "localhost" else host, port, workers)
