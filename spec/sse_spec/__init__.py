"""The specification of Amazon S3 default bucket encryption, as an executable model.

Start with :func:`sse_spec.machine.predict`: what the documents permit an S3 to answer to one action in one world.
"""
