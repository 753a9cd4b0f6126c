#!/usr/bin/env python3
"""A certificate authority and certificates for 127.0.0.1 and localhost, for tests.

Writes ca.pem, key.pem, certificate.pem and expired.pem (of the same key).
"""

import argparse
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

CONFIGURATION = """\
[req]
distinguished_name = subject
[subject]
[ca]
default_ca = authority
[authority]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
"""


def make(folder):
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.txt").write_text("")
    (folder / "openssl.cnf").write_text(CONFIGURATION.format(folder=folder))

    def run(*arguments):
        made = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
        if made.returncode != 0:
            sys.exit(f"openssl {arguments[0]} failed: {made.stderr}")

    def moment(days):
        return (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")

    # RSA, so that the suites that a fault allows can be negotiated.
    run("req", "-x509", "-config", "openssl.cnf", "-extensions", "root", "-newkey", "rsa:2048",
        "-noenc", "-keyout", "ca.key", "-out", "ca.pem", "-days", "90", "-subj", "/CN=Test root")
    run("req", "-config", "openssl.cnf", "-new", "-newkey", "rsa:2048", "-noenc", "-keyout",
        "key.pem", "-out", "request.pem", "-subj", "/CN=127.0.0.1")
    for name, start, end in (("certificate.pem", -1, 60), ("expired.pem", -60, -1)):
        run("ca", "-batch", "-config", "openssl.cnf", "-extensions", "server", "-cert", "ca.pem",
            "-keyfile", "ca.key", "-in", "request.pem", "-out", name, "-notext",
            "-startdate", moment(start), "-enddate", moment(end))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where to write; made where it is missing")
    make(parser.parse_args().folder)
