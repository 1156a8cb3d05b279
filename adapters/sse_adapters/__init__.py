"""Targets: what carries actions to an S3 implementation and brings observations back."""
