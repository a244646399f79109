import subprocess
import sys

from inftool_env.core.seeds import derive_seed, generator


def test_seeds_of_different_purposes_differ_and_number_and_text_are_not_confused() -> None:
    seeds = [
        derive_seed(0, "world"),
        derive_seed(0, "user"),
        derive_seed(1, "world"),
        derive_seed("0", "world"),
    ]
    assert len(set(seeds)) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_the_same_seed_gives_the_same_numbers_in_another_process() -> None:
    code = "from inftool_env.core.seeds import generator; print(generator(7, 'x').random())"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(printed) == generator(7, "x").random()
