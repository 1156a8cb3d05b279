"""The command `s3-sse clean`: removes what runs that were killed have left behind."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sse_conformance.usage import complain

__all__ = ["add_clean"]


def add_clean(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    clean = commands.add_parser("clean", help="remove what runs that were killed have left behind")
    clean.add_argument("target", choices=("aws",), help="the target")
    clean.add_argument("--profile", metavar="NAME", help="the AWS profile to sign with")
    clean.add_argument("--other-profile", metavar="NAME", help="the AWS profile of a second account")
    clean.add_argument("--region", metavar="NAME", help="the Region of buckets and keys")
    clean.add_argument("--away-region", metavar="NAME", help="a second Region")
    clean.add_argument("--endpoint-url", metavar="URL", help="where a stand-in for AWS is, on this machine")
    clean.add_argument("--keys", action="store_true", help="schedule the keys that runs share for deletion as well")
    clean.add_argument(
        "--all", dest="everything", action="store_true", help="also what runs of other machines may still be using"
    )
    clean.add_argument("--dry-run", action="store_true", help="say what would be removed, and change nothing")
    clean.set_defaults(command=_clean)


def _clean(parsed: argparse.Namespace) -> int:
    from sse_adapters.aws import removal
    from sse_adapters.aws.journal import records, state_folder
    from sse_adapters.protocol import TargetError

    folder = state_folder()
    try:
        regions = {entry.region for record in records(folder) for entry in record.entries}
        there = removal.reach(
            parsed.profile,
            parsed.other_profile,
            parsed.region,
            parsed.away_region,
            parsed.endpoint_url,
            regions,
        )
        swept = removal.sweep(there, folder, keys=parsed.keys, everything=parsed.everything, dry=parsed.dry_run)
    except (TargetError, OSError) as error:
        return complain(error, 3)
    _say("would be removed" if parsed.dry_run else "removed", swept.removed)
    _say("kept, for it is not known to be ours", swept.kept)
    _say("kept, for a run may be using it (--all takes it too)", swept.in_use)
    for line in swept.left:
        complain(f"not removed: {line}", 1)
    if not swept.removed and not swept.left:
        sys.stdout.write("nothing of ours is left\n" if not swept.in_use else "nothing to remove\n")
    return 1 if swept.left else 0


def _say(what: str, names: tuple[str, ...]) -> None:
    for name in names:
        sys.stdout.write(f"{what}: {name}\n")
