"""The state machine: one rule for each kind of action, among which Hypothesis makes its selections.

Imports Hypothesis; nothing that the command line imports may import this.
"""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sse_conformance.stateful.draws import NUMBERS, Draws
from sse_conformance.stateful.provider import BACKEND
from sse_conformance.stateful.session import Example, Session
from sse_conformance.stateful.steps import STEPS, Step
from sse_conformance.stateful.temper import temper

__all__ = ["run"]

number = st.integers(0, NUMBERS - 1)


class Machine(RuleBasedStateMachine):
    """One example: a program on a fresh space. What a step is to be is read off one number."""

    session: ClassVar[Session]

    def __init__(self) -> None:
        super().__init__()
        self._example: Example | None = None

    @initialize(drawn=number)
    def begin(self, drawn: int) -> None:
        """Choose the habits of the example."""
        if drawn:  # nought is the simplest example, with which every run begins
            self._example = self.session.example(temper(Draws(drawn)))

    def take(self, step: Step, drawn: int) -> None:
        """Take one step."""
        if self._example is not None:
            self._example.take(step, drawn)

    def teardown(self) -> None:
        """Give the space back."""
        if self._example is not None:
            self._example.close()


def _rule(name: str, step: Step) -> Any:
    def taken(self: Machine, drawn: int) -> None:
        self.take(step, drawn)

    taken.__name__ = taken.__qualname__ = name
    return rule(drawn=number)(taken)


def machine_for(session: Session) -> type[Machine]:
    """The machine of one exploration."""
    rules = {name: _rule(name, step) for name, step in STEPS.items()}
    return type("Walking", (Machine,), {"session": session, **rules})


def run(session: Session, seed: int, examples: int, steps: int) -> None:
    """Run the machine, so many examples of so many steps. Nothing is kept of it but what the session keeps.

    With a provider of our own Hypothesis does not run mutations of an example, most of which would ask a target for
    what it was asked before.
    """
    quiet = settings(
        max_examples=examples + 1,  # the simplest one is none of ours
        stateful_step_count=steps,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),  # pyright: ignore[reportArgumentType]  (its metaclass iterates)
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        backend=BACKEND,
    )
    machine = machine_for(session)
    seeded(seed)(machine)
    run_state_machine_as_test(machine, settings=quiet)
