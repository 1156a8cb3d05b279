"""Mishaps on the way to a target, by a seeded script: to show that none of them becomes a verdict."""
