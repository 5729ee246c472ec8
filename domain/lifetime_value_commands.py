"""The command of the models of lifetime value: to record what was fitted."""

from collections.abc import Sequence
from datetime import date

from domain.decision import Decision, States
from domain.event import Recording
from domain.lifetime_value_model import LifetimeValueFit, lifetime_value_model_stream, record_fit


def record_lifetime_value_fit(*, fit: LifetimeValueFit, today: date) -> Decision:
    """Record a fit in the stream of its currency."""
    stream = lifetime_value_model_stream(fit.currency)

    def decide(states: States) -> Sequence[Recording]:
        return [stream.record(record_fit(states.find(stream), fit=fit, today=today))]

    return Decision(stream, (stream,), decide)
