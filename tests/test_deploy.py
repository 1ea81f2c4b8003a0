"""The files in deploy/: they parse, are closed down, hold no secret, and name only settings that there are."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine

from advisor.settings import PREFIX, Settings
from advisor.store import Store
from advisor.store.tables import now, updates

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SERVICE = "/opt/advisor/.venv/bin/advisor"

HARDENING = {
    "User": "advisor",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
    "StateDirectory": "advisor",
    "StateDirectoryMode": "0700",
    "LimitCORE": "0",
    "UMask": "0077",
}


def unit(path: Path) -> dict[str, list[str]]:
    """A unit's keys, each with its values in order; sections are left out, as no key stands in two of them."""
    keys: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            keys[name].append(value)
    return keys


def compose() -> dict[str, Any]:
    service: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot"]
    return service


def kubernetes() -> dict[str, dict[str, Any]]:
    documents = yaml.safe_load_all((DEPLOY / "kubernetes" / "advisor.yaml").read_text(encoding="utf-8"))
    return {document["kind"]: document for document in documents}


def dockerfile() -> str:
    """The Dockerfile without comments, its continued lines joined."""
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")


@pytest.mark.parametrize("path", [path for path in DEPLOY.rglob("*") if path.is_file()], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", path.read_text(encoding="utf-8")))
    allowed = {"ADVISOR_SERVICE_HOST"}  # what Kubernetes would set, named as a warning
    assert named - allowed <= known


def test_no_file_holds_a_token() -> None:
    token = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}|TOKEN=[\"']?[A-Za-z0-9]")
    assert [path.name for path in DEPLOY.rglob("*") if path.is_file() and token.search(path.read_text())] == []


def test_the_image_is_reproducible_and_runs_without_privileges() -> None:
    text = dockerfile()
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert stages == ["python:3.11-slim", "python:3.11-slim"]
    installs = re.findall(r"pip install [^&\n]*", text)
    assert len(installs) == 3
    assert all("-c constraints.txt" in line or "--no-deps" in line for line in installs)
    assert installs[0].strip().endswith("torch")  # first, so that nothing else chooses its build
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert last.index("\nUSER ") < last.index("\nENTRYPOINT ")
    assert "advisor index build" in text
    assert not re.search(r"^(?:ARG|ENV).*(?:TOKEN|SECRET|PASSWORD)", text, re.MULTILINE)


def test_the_image_gets_only_what_it_is_built_from() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    own = dockerfile().replace("COPY --from=", "")
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", own, re.MULTILINE) for name in line.split()}
    assert copied == let_in
    assert [name for name in let_in if not (ROOT / name).exists()] == []


def test_compose_closes_the_container() -> None:
    bot = compose()
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert bot["restart"] == "unless-stopped"
    assert bot["env_file"] == ".env"
    assert "data:/data" in bot["volumes"]
    assert "ports" not in bot
    assert {"mem_limit", "cpus", "pids_limit"} <= bot.keys()
    assert (DEPLOY / bot["build"]["context"] / bot["build"]["dockerfile"]).is_file()


def test_kubernetes_runs_one_bot_at_a_time() -> None:
    spec = kubernetes()["Deployment"]["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"]["type"] == "Recreate"
    assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()


def test_kubernetes_closes_the_pod() -> None:
    documents = kubernetes()
    pod = documents["Deployment"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["enableServiceLinks"] is False
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} == container["resources"]["limits"].keys()
    assert container["envFrom"] == [{"secretRef": {"name": "advisor"}}]
    assert "Secret" not in documents
    claimed = {volume["persistentVolumeClaim"]["claimName"] for volume in pod["volumes"] if "emptyDir" not in volume}
    assert claimed == {documents["PersistentVolumeClaim"]["metadata"]["name"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_hardened(path: Path) -> None:
    keys = unit(path)
    assert {name: keys[name] for name in HARDENING} == {name: [value] for name, value in HARDENING.items()}
    assert keys["SystemCallFilter"][0] == "@system-service"
    assert all(command.lstrip("-").split()[0] == SERVICE for command in keys["ExecStart"])


def test_the_bot_unit_keeps_its_secret_apart_and_comes_back() -> None:
    keys = unit(DEPLOY / "systemd" / "advisor.service")
    assert keys["EnvironmentFile"] == ["/etc/advisor/advisor.env"]
    assert keys["Restart"] == ["on-failure"]
    assert keys["RestartPreventExitStatus"] == ["2"]
    assert keys["ExecStart"] == [f"{SERVICE} bot"]


def test_the_index_is_built_without_a_network() -> None:
    assert unit(DEPLOY / "systemd" / "advisor-index.service")["PrivateNetwork"] == ["yes"]


def probes() -> Iterator[list[str]]:
    """Every command line that looks whether the bot is alive."""
    pod = kubernetes()["Deployment"]["spec"]["template"]["spec"]
    for name in ("startupProbe", "livenessProbe"):
        yield pod["containers"][0][name]["exec"]["command"]
    found = re.search(r"^HEALTHCHECK .*CMD \[(.+)\]$", dockerfile(), re.MULTILINE)
    assert found
    yield re.findall(r'"([^"]+)"', found[1])


def test_every_probe_runs_the_health_check_on_the_database_of_the_data_folder() -> None:
    copied = re.search(r"^COPY deploy/healthcheck.py (\S+)$", dockerfile(), re.MULTILINE)
    folder = re.search(r"ADVISOR_DATA_DIR=(\S+)", dockerfile())
    assert copied
    assert folder
    database = Settings(data_dir=Path(folder[1])).database.partition("///")[2]
    assert list(probes()) == [["python", copied[1], database]] * 3


class TestHealthCheck:
    @pytest.fixture
    async def database(self, tmp_path: Path) -> Path:
        path = tmp_path / "advisor.db"
        store = await Store.open(f"sqlite+aiosqlite:///{path}")
        await store.receive([(1, 7, {"update_id": 1})])
        await store.close()
        return path

    @staticmethod
    def check(path: Path) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, DEPLOY / "healthcheck.py", path], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stderr.strip()

    @staticmethod
    def age(path: Path, minutes: int, done: bool = False) -> None:
        engine = create_engine(f"sqlite:///{path}")
        before = now() - timedelta(minutes=minutes)
        with engine.begin() as connection:
            connection.execute(updates.update().values(received_at=before, done_at=before if done else None))
        engine.dispose()

    def test_a_bot_that_has_just_been_asked_is_well(self, database: Path) -> None:
        assert self.check(database) == (0, "")

    @pytest.mark.parametrize(("minutes", "code"), [(4, 0), (6, 1), (60 * 24, 1)])
    def test_an_update_may_wait_five_minutes(self, database: Path, minutes: int, code: int) -> None:
        self.age(database, minutes)
        assert self.check(database)[0] == code

    def test_an_old_update_that_is_done_is_well(self, database: Path) -> None:
        self.age(database, 60, done=True)
        assert self.check(database) == (0, "")

    def test_a_missing_database_is_told(self, tmp_path: Path) -> None:
        assert self.check(tmp_path / "none.db") == (1, "there is no database: the bot has not started")

    def test_a_damaged_database_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "bad.db").write_bytes(b"no database at all" * 100)
        code, told = self.check(tmp_path / "bad.db")
        assert code == 1
        assert told.startswith("the database cannot be read")

    def test_it_needs_nothing_but_the_standard_library(self) -> None:
        names = runpy.run_path(str(DEPLOY / "healthcheck.py"))
        loaded = {name for name, value in names.items() if type(value).__name__ == "module"}
        assert loaded <= set(sys.stdlib_module_names)
