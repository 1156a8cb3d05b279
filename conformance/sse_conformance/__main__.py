"""`python -m sse_conformance` is `s3-sse`."""

from sse_conformance.cli import main

main()
