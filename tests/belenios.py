"""An election that `belenios-tool` (Debian) counts by its own means: encrypted, weighted, the last ballot counts.

What our tally says of areas and heads is held against it (VOTING.md, last paragraph).
"""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

TOOL = shutil.which("belenios-tool")
GROUP = "BELENIOS-2048"


class Election:
    """One question with these answers; each voter with a weight."""

    def __init__(self, folder: Path, answers: Sequence[str], weights: Mapping[str, int]) -> None:
        self._folder, self._answers = folder, list(answers)
        folder.mkdir()
        uuid = self._run("setup", "generate-token").strip()
        self._archive = folder / f"{uuid}.bel"
        voters = [f"{name}@example.org,{name},{weight}\n" for name, weight in weights.items()]
        self._put("voters.txt", "".join(voters))
        given = ("--uuid", uuid, "--group", GROUP)
        self._run("setup", "generate-credentials", *given, "--file", "voters.txt")
        self._renamed("pubcreds", "public_creds.json")
        kept = self._renamed("privcreds", "private_creds.txt").read_text().splitlines()
        self._codes = dict(zip(weights, (line.split()[-1] for line in kept), strict=True))
        self._run("setup", "generate-trustee-key", "--group", GROUP)
        (folder / "public_keys.jsons").write_bytes(next(folder.glob("*.pubkey")).read_bytes())
        self._run("setup", "make-trustees")
        question = {"answers": self._answers, "min": 1, "max": 1, "question": "?"}
        template = {"description": "?", "name": "?", "questions": [question]}
        self._put("template.json", json.dumps({**template, "administrator": "a", "credential_authority": "b"}))
        self._run("setup", "make-election", *given, "--template", "template.json")
        self._run("archive", "init")

    def cast(self, voter: str, answer: str) -> None:
        """A ballot; a later one of the same voter takes its place."""
        self._put("cred", self._codes[voter] + "\n")
        self._put("choice", json.dumps([[int(answer == one) for one in self._answers]]) + "\n")
        ballot = self._run("election", "generate-ballot", "--privcred", "cred", "--ballot", "choice")
        self._event("Ballot", ballot)

    def count(self) -> dict[str, int]:
        """Close, decrypt, verify; the weights by answer."""
        self._event("EndBallots", "")
        self._event("EncryptedTally", self._run("election", "compute-encrypted-tally"))
        key = next(self._folder.glob("*.privkey")).name
        self._event("PartialDecryption", self._run("election", "decrypt", "--privkey", key, "--trustee-id", "1"))
        self._event("Result", self._run("election", "compute-result"))
        self._run("election", "verify")
        with tarfile.open(self._archive) as archive:
            found = archive.extractfile(archive.getnames()[-2])
            assert found is not None
            sums = json.load(found)["result"][0]
        return {answer: int(part) for answer, part in zip(self._answers, sums, strict=True)}

    def _event(self, kind: str, content: str) -> None:
        self._run("archive", "add-event", f"--type={kind}", given=content)

    def _put(self, name: str, content: str) -> None:
        (self._folder / name).write_text(content)

    def _renamed(self, end: str, name: str) -> Path:
        return next(self._folder.glob(f"*.{end}")).rename(self._folder / name)

    def _run(self, *arguments: str, given: str = "") -> str:
        assert TOOL is not None
        environment = {**os.environ, "BELENIOS_USE_URANDOM": "1"}
        done = subprocess.run(
            [TOOL, *arguments],
            cwd=self._folder,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
