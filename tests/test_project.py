"""What holds for the project as a whole: its wheel, its versions and what an import costs."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def run_python(*arguments: str, cwd: Path = ROOT) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    run_python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_wheel_ships_only_the_environments(wheel_names: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}
    assert tops == {"inftool_env", f"inftool-{PROJECT['version']}.dist-info"}


def test_wheel_ships_every_data_file_of_the_environments(wheel_names: list[str]) -> None:
    package = ROOT / "inftool_env"
    data = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert "inftool_env/envs/catalogue/weather.yaml" in data
    assert data <= set(wheel_names)


def test_importing_the_environments_loads_no_heavy_library() -> None:
    heavy = ("torch", "transformers", "mcp", "ray", "trl")
    script = f"import sys, inftool_env; print([name for name in {heavy} if name in sys.modules])"
    assert run_python("-c", script).strip() == "[]"


def test_version_is_the_same_in_code_and_metadata() -> None:
    assert (
        run_python("-c", "import inftool_env; print(inftool_env.__version__)").strip() == PROJECT["version"]
    )


def test_changelog_tells_about_this_version() -> None:
    assert f"\n## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text()


def test_constraints_pin_every_direct_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0].lower(): line for line in lines if "==" in line}
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["train"]]
    names = {re.split(r"[\[><=!~]", requirement)[0].lower() for requirement in wanted}
    assert names <= pinned.keys()
    assert pinned["torch"] == "torch==2.13.0"


def test_readme_example_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    if not blocks:
        pytest.skip("README.md has no python block")
    run_python("-c", blocks[0], cwd=tmp_path)
