"""What is in deploy/ is read by the programs that it is written for, and agrees with itself and with the settings."""

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.server.api.parts import ApiLimits
from assistant.server.connections import OTHER_FILES, ConnectionLimits
from assistant.settings import load_settings

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = DEPLOY.parent
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
ANALYZE = shutil.which("systemd-analyze")
FINISHING = load_settings().stop_seconds
OPEN_FILES = load_settings().connections + ConnectionLimits().refused_at_once + OTHER_FILES


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def unit() -> dict[str, str]:
    """The settings of the service; of those that are given twice, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",), delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(DEPLOY / "assistant.service", "utf-8")
    return dict(parser["Service"])


@pytest.mark.parametrize("name", ["assistant", "nginx"])
def test_containers_write_nothing_but_what_is_named_and_gain_no_rights(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert [folder.split(":")[0] for folder in service["tmpfs"]] == ["/tmp"]


def test_only_nginx_is_reached_from_outside() -> None:
    services = compose()["services"]
    assert "ports" not in services["assistant"]
    assert services["assistant"]["networks"] == ["inside"]
    assert compose()["networks"]["inside"]["internal"] is True
    subnet = compose()["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert services["assistant"]["environment"]["FORWARDED_ALLOW_IPS"] == subnet


def test_supervisors_wait_longer_than_answers_take_and_allow_the_connections() -> None:
    service = compose()["services"]["assistant"]
    assert seconds(service["stop_grace_period"]) >= FINISHING + 10
    assert seconds(unit()["TimeoutStopSec"]) >= FINISHING + 10
    assert service["ulimits"]["nofile"] >= OPEN_FILES
    assert int(unit()["LimitNOFILE"]) >= OPEN_FILES


def test_what_compose_mounts_is_there() -> None:
    for service in compose()["services"].values():
        for volume in service["volumes"]:
            source = volume.rpartition(":ro")[0].rpartition(":")[0] if volume.endswith(":ro") else ""
            if source.startswith("."):
                assert (DEPLOY / source).exists(), volume


@pytest.mark.skipif(NGINX is None, reason="there is no nginx")
@pytest.mark.parametrize("name", ["assistant.conf", "sub-path.conf"])
def test_nginx_takes_its_files(name: str, tmp_path: Path) -> None:
    site = (DEPLOY / "nginx" / name).read_text("utf-8")
    included = re.search(r"include (\S+);", site)
    assert included is not None
    site = site.replace(included[1], str(DEPLOY / "nginx" / "proxy.inc")).replace("assistant:7860", "127.0.0.1:7860")
    (tmp_path / "site.conf").write_text(site, "utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ access_log off; include {tmp_path}/site.conf; }}", "utf-8"
    )
    command = [str(NGINX), "-t", "-e", str(tmp_path / "log"), "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


def test_nginx_lets_bodies_through_that_the_assistant_takes() -> None:
    most = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx" / "proxy.inc").read_text("utf-8"))
    assert most is not None
    assert int(most[1]) * 2**20 >= ApiLimits().upload_bytes


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "assistant.service").read_text("utf-8")
    file = tmp_path / "assistant.service"
    file.write_text(text.replace("/opt/assistant/bin/assistant", sys.executable), "utf-8")
    checked = subprocess.run([str(ANALYZE), "verify", str(file)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_an_image_leaves_out_what_only_other_embedders_need() -> None:
    def named(torch: str) -> set[str]:
        command = [sys.executable, str(DEPLOY / "image_requirements.py"), "--torch", torch]
        printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        return {re.split(r"[^\w.-]", line)[0] for line in printed.splitlines()}

    assert named("yes") - named("no") == {"torch", "sentence-transformers"}
    assert "gradio" in named("no")


def test_the_image_is_not_run_by_root_and_gives_the_signal_to_the_server() -> None:
    steps = [line for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines() if line.strip()]
    user = next(line for line in reversed(steps) if line.startswith("USER"))
    assert user == "USER 10001:10001"
    command = json.loads(steps[-1].removeprefix("CMD "))
    assert command[:2] == ["assistant", "chat"]


def seconds(text: str) -> float:
    assert re.fullmatch(r"\d+s", text)
    return float(text[:-1])
