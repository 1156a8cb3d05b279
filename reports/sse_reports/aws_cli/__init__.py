"""A witness as commands of the `aws` command line, to be pasted into a shell.

What a target invents (keys, versions, uploads) is kept in variables of the shell, and buckets get a suffix, so that the
same commands can be run twice. A request that `aws` has no words for goes out by `curl`, signed likewise. Where `aws`
would refuse to send a wrong request, which is the point of many witnesses, its own checks are switched off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sse_spec.actions import DEFAULT_ACCOUNT, Action, kind

from sse_reports.aws_cli.building import Request
from sse_reports.aws_cli.names import REGIONS, Names, profile_of
from sse_reports.aws_cli.preamble import PARTS
from sse_reports.aws_cli.requests import BUILDERS
from sse_reports.aws_cli.shell import comment, word
from sse_reports.result import Divergence
from sse_reports.text import inert, inert_block

__all__ = ["PARTS", "Commands", "commands", "script"]

LINE_LIMIT = 100
"""Longest line of a command, in characters, that is not broken."""


class Commands(msgspec.Struct, frozen=True):
    """The commands of a witness: the names of the :data:`PARTS` that have to be said before them, and their text."""

    needs: tuple[str, ...]
    text: str


def commands(witness: Sequence[Action], titles: Sequence[str] = ()) -> Commands:
    """The commands that carry the actions out, in order. `titles` are what a comment says of each step; none of an
    empty one.

    Total: any value of an action has a command, be it one that no S3 would take. Characters that
    could act on who reads it are escapes in the text (:func:`sse_reports.text.inert_block`).
    """
    names = Names()
    requests: list[Request] = []
    for names.step, action in enumerate(witness):
        requests.append(BUILDERS[kind(action)](action, names))
    lines: list[str] = []
    for step, (action, request) in enumerate(zip(witness, requests, strict=True)):
        if step < len(titles) and titles[step]:
            lines.append(comment(inert(f"{step + 1}. {titles[step]}")))
        lines += request.before
        lines.append(_command(request, action.principal, step, captured=step in names.used))
    needed = {request.needs for request in requests if request.needs}
    needed |= {"credentials"} if needed else set()
    needed |= {"unchecked"} if any(request.unchecked for request in requests) else set()
    needs = tuple(name for name in PARTS if name == "base" or name in needed)
    return Commands(needs, inert_block("\n".join([*names.definitions.values(), *lines]) + "\n"))


def script(divergence: Divergence) -> str:
    """The witness of a divergence as one text for a shell: what has to be said first, and the commands."""
    found = commands([step.action for step in divergence.witness], [step.request for step in divergence.witness])
    return "".join(PARTS[name] for name in found.needs) + found.text


def _words(request: Request) -> Iterator[str]:
    yield f"aws {request.service} {request.operation}"
    for name, value in request.options.items():
        if name == "object-attributes" and isinstance(value, str):
            yield f"--{name} {value}"
        else:
            yield f"--{name}" if value is None else f"--{name} {word(value)}"
    if request.region != "home":
        yield f"--region {REGIONS[request.region]}"


def _wrapped(words: Sequence[str]) -> str:
    """The words as one command, each line of which is short where words are."""
    lines: list[str] = []
    for one in words:
        if lines and len(lines[-1]) + len(one) < LINE_LIMIT:
            lines[-1] += f" {one}"
        else:
            lines.append(one)
    return " \\\n  ".join(lines)


def _command(request: Request, principal: str, step: int, *, captured: bool) -> str:
    profile = "" if principal == DEFAULT_ACCOUNT else profile_of(principal)
    answer = request.answer if captured else None
    if request.instead:
        command = f"PROFILE={profile} {_wrapped(request.instead)}" if profile else _wrapped(request.instead)
        if answer is None or not answer.header:
            return command
        return f"{answer.variable}=$({command} | tr -d '\\r' | grep -i '^{answer.header}:' | cut -d ' ' -f 2)"
    words = [*_words(request), *([f"--profile {profile}"] if profile else [])]
    if request.outfile:
        words.append(f"answer{step + 1}")
    if answer is not None:
        return f"{answer.variable}=$({_wrapped([*words, f'--query {answer.query}', '--output text'])})"
    return f"{_wrapped(words)}\n{comment(f'again, {request.patience}')}" if request.patience else _wrapped(words)
