"""The plan on the terminal: how much will be asked, and of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sse_conformance.cover import Plan

__all__ = ["describe"]

CALL_SECONDS = {"moto": 0.0015, "reference": 0.0001}
"""The usual time of a call; other targets are taken to answer over HTTP on this machine."""

HTTP_CALL_SECONDS = 0.005


def describe(target: str, plan: Plan) -> Iterator[str]:
    """The figures of a plan, then its goals by operation."""
    goals = len(plan.goals)
    beyond = goals / goals if goals else 0.0
    in_all = (goals + plan.setup_calls) / goals if goals else 0.0
    yield f"cover {plan.size}: {goals} goals"
    yield f"  set-up calls    {plan.setup_calls:>6}"
    yield f"  decisive calls  {goals:>6}   {beyond:.2f} a goal"
    yield f"  read-backs      {plan.read_backs:>6}"
    yield f"  without read-backs {in_all:.2f} calls a goal in all"
    if plan.unreachable:
        yield f"  {plan.unreachable} further combinations cannot be brought about and are left out"
    yield f"  estimated time  {plan.seconds(CALL_SECONDS.get(target, HTTP_CALL_SECONDS)):.1f} s on {target}"
    yield ""
    operations = Counter(goal.leaf.action for goal in plan.goals)
    for operation, count in operations.items():
        clauses = {clause for goal in plan.goals if goal.leaf.action == operation for clause in goal.clauses}
        yield f"  {operation:<23} {count:>4} goals, {len(clauses):>3} clauses"
