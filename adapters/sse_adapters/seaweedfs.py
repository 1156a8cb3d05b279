"""SeaweedFS: a storage server. The suite starts one, and beside it the KMS that it asks for its keys."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from pathlib import Path

from sse_spec.actions import account_of
from sse_spec.classes import CLASSES

from sse_adapters import environments
from sse_adapters.calls import Call
from sse_adapters.carrier import Carrier, Login
from sse_adapters.documents import Answer
from sse_adapters.kms_witness import KmsWitness
from sse_adapters.ministack import MinistackTarget
from sse_adapters.protocol import Identity
from sse_adapters.served import CONTROL_SECONDS, ServedTarget
from sse_adapters.servers import HOST, Server, free_port

__all__ = ["SeaweedTarget"]

_VERSION = re.compile(r"\b\d+\.\d+\b")

_SERVICES = ("master", "volume", "filer", "s3")

_SOCKET = "/tmp/seaweedfs-{}-grpc-{}.sock"  # noqa: S108 - where SeaweedFS puts it

_KMS_SECRET = "test"  # noqa: S105 - that of every root of ministack

_RIGHTS = {
    "main": ["Admin", "Read", "List", "Tagging", "Write"],
    "main/no-config": ["Read", "List", "Tagging", "Write"],
    "other": ["Admin", "Read", "List", "Tagging", "Write"],
}
"""The identities of its configuration, with their rights. Only an administrator knows the settings of a bucket.

These rights hold in the buckets of every account: `other` would reach those of `main` without a bucket policy, too.
"""


class SeaweedTarget(ServedTarget):
    """The `weed` of its package, with all its services in one process. Its KMS is that of ministack.

    It has two accounts, but one set of credentials for its KMS, whoever asks SeaweedFS: here those of the account
    `main`, so that only keys which are that account's or shared with it can be used. There is nobody who has fewer
    rights on keys than others. It knows no Regions, but its KMS has keys in both.
    """

    name = "seaweedfs"
    accounts = MinistackTarget.accounts
    offers = tuple(name for name in CLASSES if name != "batch")
    recipe = "seaweedfs"

    def __init__(self) -> None:
        super().__init__()
        self._kms: Server | None = None
        self._witness: KmsWitness | None = None
        self._ports: dict[str, int] = {}

    def open(self) -> Identity:
        """Start the KMS, then the store. Raises :class:`sse_adapters.protocol.TargetError`."""
        try:
            return super().open()
        except BaseException:  # the KMS may run although the store does not
            self.close()
            raise

    def server(self) -> Server:
        """The store, after its KMS has been started. It is ready when it can store something."""
        weed = environments.command(self.name)
        self._kms = MinistackTarget().server()
        self._witness = KmsWitness(self._kms.start())
        self._witness.start()
        return Server(
            self.name,
            lambda port, home: [*weed, *self._options(port, home)],
            path="/healthz",
            # The secret of SSE-S3; and a bucket begins with one volume instead of seven.
            environment=lambda _port, _home: {
                "WEED_S3_SSE_KEY": "of-the-suite",
                "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
            },
        )

    def _options(self, port: int, home: Path) -> list[str]:
        configuration, data = home / "s3.json", home / "data"
        configuration.write_text(json.dumps(self._configuration()))
        data.mkdir()
        self._ports = {"s3.port": port, "s3.port.iceberg": 0, "s3.port.lance": 0}
        self._ports |= {f"{name}.port": free_port() for name in _SERVICES if name != "s3"}
        self._ports |= {f"{name}.port.grpc": free_port() for name in _SERVICES}
        return [
            *(f"-logdir={home}", "server", f"-dir={data}", f"-ip={HOST}", f"-ip.bind={HOST}"),
            *("-filer", "-filer.localSocket=filer.sock"),
            # Else a write into a bucket that is not there makes it.
            *("-s3", "-s3.localSocket=s3.sock", f"-s3.config={configuration}", "-s3.autoCreateBucket=false"),
            *(f"-{name}={number}" for name, number in self._ports.items()),
            # Each bucket has volumes of its own; none takes room before something is stored in it.
            *("-master.volumeSizeLimitMB=64", "-volume.max=5000"),
            *("-volume.preStopSeconds=0", "-master.telemetry=false"),  # ends when asked to, and reports to nobody
        ]

    def _configuration(self) -> dict[str, object]:
        accounts = [
            {"id": number, "displayName": name, "emailAddress": f"{name}@example.com"}
            for name, number in self.accounts.items()
        ]
        assert self._witness is not None  # noqa: S101 - it is started with the KMS
        kms = {"type": "aws", "region": self.regions["home"], "endpoint": self._witness.url, "cache_enabled": False}
        kms |= {"access_key": self.accounts["main"], "secret_key": _KMS_SECRET}
        people = [
            {
                "name": name.rpartition("/")[2],
                "credentials": [{"accessKey": login.access_key, "secretKey": login.secret_key}],
                "actions": _RIGHTS[name],
                "account": {"id": self.accounts[account_of(name)]},
            }
            for name, login in self.logins().items()
        ]
        keys = {"default_provider": "awskms", "providers": {"awskms": kms}}
        return {"identities": people, "accounts": accounts, "kms": keys}

    def _opened(self) -> Identity:
        logins = self.logins()
        self._carrier = _RoomyCarrier(
            f"http://{HOST}:{self._ports['master.port']}",
            accounts=self.accounts,
            regions=self.regions,
            logins=logins,
            endpoint=self.url,
            kms_endpoint=self.kms_endpoint(),
            wait_seconds=0,
            witness=self._witness,
        )
        for account in self.accounts:
            kms = self._carrier.client(account, "kms")
            # The KMS of AWS has it in each account; where a bucket's default names no key SeaweedFS asks for this one.
            kms.create_alias(AliasName="alias/aws/s3", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
        version, principals = self.version(), tuple(logins)
        return Identity(
            self.name, version, self.accounts, self.regions, self.call_seconds, principals, kms_witness=True
        )

    def kms_endpoint(self) -> str:
        """Where its KMS is: the suite makes keys there, and SeaweedFS asks it for data keys, by way of the witness."""
        assert self._kms is not None  # noqa: S101 - it is started before the store
        return self._kms.url

    def version(self) -> str:
        """What the program says of itself."""
        command = [*environments.command(self.name), "version"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - its own program
        found = _VERSION.search(said.stdout)
        return found[0] if found else "unknown"

    def logins(self) -> dict[str, Login]:
        """One for each identity. Those of the accounts are roots of its KMS as well."""
        return {name: Login(self.accounts.get(name, name.rpartition("/")[2]), _KMS_SECRET) for name in _RIGHTS}

    def close(self) -> None:
        """Stop the store, then the witness, then the KMS."""
        super().close()
        for name in _SERVICES:  # it leaves the sockets of most services behind
            Path(_SOCKET.format(name, self._ports.get(f"{name}.port.grpc"))).unlink(missing_ok=True)
        if self._witness is not None:
            self._witness.stop()
            self._witness = None
        if self._kms is not None:
            self._kms.stop()
            self._kms = None


class _RoomyCarrier(Carrier):
    """Has a volume made for each new bucket.

    SeaweedFS makes one by itself at the first write, but looks only after 200 ms whether it is there: half of a run.
    """

    def __init__(self, master: str, **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self._master = master

    def send(self, call: Call) -> Answer:
        """Send a call, once, and bring the bare answer."""
        answer = super().send(call)
        if call.method == "create_bucket" and answer.status == 200:
            grow = f"{self._master}/vol/grow?count=1&collection={call.arguments['Bucket']}"
            with urllib.request.urlopen(grow, timeout=CONTROL_SECONDS):  # noqa: S310 - our own server
                pass
        return answer
