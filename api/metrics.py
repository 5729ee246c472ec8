"""What operators watch, in Prometheus' text form."""

from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ledger.sealer import Sealer

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The counters and gauges of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Counter(
            "tenure_commands",
            "Commands answered, by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self.command_seconds = Histogram(
            "tenure_command_seconds",
            "From a command's arrival at the writer to its answer.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.commands_waiting = Gauge(
            "tenure_commands_waiting", "Commands in the writer's queue.", registry=self.registry
        )
        self.reads_logged = Counter(
            "tenure_reads_logged", "Reads put on record, by kind.", ["kind"], registry=self.registry
        )
        self.reads_lost = Gauge(
            "tenure_reads_lost",
            "Reads that were answered and could not be put on record; never of personal values.",
            registry=self.registry,
        )
        self.break_glass_open = Gauge(
            "tenure_break_glass_open",
            "Accesses beyond a role that are open now.",
            ["tenant"],
            registry=self.registry,
        )
        self.break_glass_unreviewed = Gauge(
            "tenure_break_glass_unreviewed",
            "Accesses beyond a role that have ended and that nobody has reviewed.",
            ["tenant"],
            registry=self.registry,
        )
        self.lag_events = Gauge(
            "tenure_projection_lag_events",
            "Events that are not yet in every view.",
            ["tenant"],
            registry=self.registry,
        )
        self.lag_seconds = Gauge(
            "tenure_projection_lag_seconds",
            "Age of the oldest event that is not yet in every view.",
            ["tenant"],
            registry=self.registry,
        )
        self.events_per_second = Gauge(
            "tenure_projection_events_per_second",
            "Events that came to be in every view, by the second, over the last ten.",
            ["tenant"],
            registry=self.registry,
        )
        self.parked = Gauge(
            "tenure_projection_parked",
            "Accounts (or streams) that a projection leaves out since it failed at one of theirs.",
            ["tenant", "projection"],
            registry=self.registry,
        )
        self.lanes_held = Gauge(
            "tenure_projection_lanes_held",
            "Lanes of 8 that some worker has a lease of; 0 while there is nothing to do.",
            ["tenant"],
            registry=self.registry,
        )
        self.log_size = Gauge(
            "tenure_log_size", "Last position of the log.", ["tenant"], registry=self.registry
        )
        self.head_age_seconds = Gauge(
            "tenure_head_age_seconds",
            "Time since an event was last recorded.",
            ["tenant"],
            registry=self.registry,
        )
        self.sealed_size = Gauge(
            "tenure_sealed_size",
            "Last position that a signed checkpoint seals.",
            ["tenant"],
            registry=self.registry,
        )
        self.sealing_stopped = Gauge(
            "tenure_sealing_stopped",
            "1 where the log should be sealed further and is not; /readyz says why.",
            ["tenant"],
            registry=self.registry,
        )
        self.checkpoint_age_seconds = Gauge(
            "tenure_checkpoint_age_seconds",
            "Time since the last checkpoint was signed.",
            ["tenant"],
            registry=self.registry,
        )
        self.erased_again = Gauge(
            "tenure_erased_again",
            "Erased persons who were there again when this process began, and were erased again.",
            registry=self.registry,
        )

    def show_seals(self, sealer: Sealer) -> None:
        """Take over how far each log is sealed."""
        for tenant, progress in sealer.progress.items():
            stopped = progress.trouble is not None or sealer.trouble is not None
            self.sealed_size.labels(tenant).set(progress.sealed)
            self.sealing_stopped.labels(tenant).set(int(stopped))
            if progress.sealed_at is not None:
                age = (datetime.now(UTC) - progress.sealed_at).total_seconds()
                self.checkpoint_age_seconds.labels(tenant).set(max(0.0, age))
