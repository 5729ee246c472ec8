"""`tenure explain` and `tenure plot`: a figure as a calculation, and its history as a picture."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from tests.projections.rebuilding import ACME, orders_of_acme


def tenure(url: str, folder: Path, *arguments: str) -> tuple[int, str]:
    """Run to the end; return the exit code and what was said, on stdout and then on stderr."""
    environment = {"DATABASE_URL": url, "TENURE_DATA_DIR": str(folder), "COLUMNS": "200"}
    ended = CliRunner().invoke(app, arguments, env=environment)
    return ended.exit_code, ended.stdout + ended.stderr


def test_a_figure_is_explained_by_its_events(database_url: str, tmp_path: Path) -> None:
    orders_of_acme().store(database_url)
    code, said = tenure(database_url, tmp_path, "explain", "revenue", str(ACME))
    _, said_before = tenure(
        database_url, tmp_path, "explain", "revenue", str(ACME), "--known-at", "3"
    )

    assert code == 0
    assert "known at position 5" in said
    assert "11.00 EUR = " in said
    assert "-20.00" in said  # the order that was cancelled
    assert "30.00 EUR = " in said_before


def test_a_figure_is_drawn(database_url: str, tmp_path: Path) -> None:
    orders_of_acme().store(database_url)
    picture = tmp_path / "revenue.svg"
    code, _ = tenure(database_url, tmp_path, "plot", "revenue", str(ACME), "-o", str(picture))

    assert code == 0
    assert picture.read_text().startswith("<svg")


def test_what_cannot_be_asked_is_told(database_url: str, tmp_path: Path) -> None:
    orders_of_acme().store(database_url)
    to_come = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    wrong = {
        ("nothing", str(ACME)): "there are",
        ("revenue", "Nobody"): "there is no account Nobody",
        ("revenue", str(ACME), "--as-of", to_come): "is still to come; today is",
        ("revenue", str(ACME), "--known-at", "6"): "beyond the log's end, 5",
    }
    for arguments, expected in wrong.items():
        code, said = tenure(database_url, tmp_path, "explain", *arguments)

        assert code == 2
        assert expected in said
