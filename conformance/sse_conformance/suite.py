"""The clauses as pytest items: `pytest --pyargs sse_conformance --sse-target NAME`. Collected by `pytest_plugin`."""
