"""Exhaustive exploration: every state that small scopes reach under the specification, and the theorems that hold
there.

A scope is a finite set of requests, made in every order; each permitted answer is a branch. Where the search closes,
the theorems hold for every program over these requests, however long.
"""

from __future__ import annotations

from sse_spec.exploration.catalogue import SCOPES
from sse_spec.exploration.scopes import Scope, Start
from sse_spec.exploration.search import Exploration, Taken, Violation
from sse_spec.exploration.theorems import THEOREMS
from sse_spec.exploration.theorems.statement import Theorem

__all__ = ["SCOPES", "THEOREMS", "Exploration", "Scope", "Start", "Taken", "Theorem", "Violation"]
