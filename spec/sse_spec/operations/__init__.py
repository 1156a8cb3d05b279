"""The operations of S3: each is checks, then core. All of them put together the same few decisions of the rules."""
