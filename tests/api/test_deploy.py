"""The examples of deployment are such that their programs take them, and say what the program knows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from oracle.api.serve import STOP_SECONDS
from oracle.api.service import Limits
from oracle.configuration import ApiSettings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def test_nginx_takes_its_example(tmp_path: Path) -> None:
    """`nginx -t` on the example, with a certificate made for it."""
    nginx, openssl = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"), shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("nginx or openssl is not installed here")
    name, key = tmp_path / "oracle.pem", tmp_path / "oracle.key"
    made = ("req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=oracle.example")
    subprocess.run([openssl, *made, "-keyout", key, "-out", name], check=True, capture_output=True)
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = text.replace("/etc/ssl/oracle.example.pem", str(name))
    text = text.replace("/etc/ssl/private/oracle.example.key", str(key))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/nginx.pid;\nevents {{}}\nhttp {{\n{text}\n}}\n")
    tried = subprocess.run([nginx, "-t", "-c", whole, "-p", tmp_path], check=False, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr


def test_the_proxy_waits_longer_than_the_server() -> None:
    """An answer of ours, late as it may be, comes before the proxy gives up; it takes bodies as large as we do."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    limits = Limits()
    (waits,) = re.findall(r"proxy_read_timeout (\d+)s", text)
    (idle,) = re.findall(r"keepalive_timeout (\d+)s", text)
    (body,) = re.findall(r"client_max_body_size (\d+)m", text)
    assert int(waits) > limits.seconds
    assert int(idle) < limits.idle_seconds
    assert int(body) * 2**20 == limits.body_bytes


def test_the_unit_sets_what_there_is() -> None:
    """Its variables are settings of the program; it is stopped later than the program stops by itself."""
    text = (DEPLOY / "oracle-api.service").read_text("utf-8")
    for key, value in re.findall(r"ORACLE_API__(\w+)=(\S+)", text):
        assert key.lower() in ApiSettings.model_fields
        assert value
    (stops,) = re.findall(r"TimeoutStopSec=(\d+)", text)
    assert int(stops) > STOP_SECONDS
