"""The conformance suite: plans programs, runs them on a target, judges the answers against the specification."""
