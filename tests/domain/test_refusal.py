"""What stands against a request says what it is about."""

from domain.refusal import NoSuch


def test_what_does_not_exist_names_its_kind_and_what_there_is() -> None:
    error = NoSuch("kpi", "there is no KPI happiness; there are revenue, orders")

    assert error.kind == "kpi"
    assert "there are revenue" in str(error)
