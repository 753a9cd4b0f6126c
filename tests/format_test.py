"""Every C++ file of ours is formatted as .clang-format says."""

import pathlib
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent
CLANG_FORMAT = "clang-format-16"


class Format(unittest.TestCase):
    def test_every_source_is_formatted(self):
        files = [str(path.relative_to(TOP)) for folder in ("src", "bench")
                 for path in sorted((TOP / folder).rglob("*")) if path.suffix in (".cc", ".h")]
        self.assertTrue(files)
        run = subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", *files], cwd=TOP, text=True,
                             capture_output=True, check=False)
        wrong = sorted({line.split(":")[0] for line in run.stderr.splitlines() if "error:" in line})
        self.assertEqual(wrong, [], f"run {CLANG_FORMAT} -i on these")
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_the_check_sees_bad_formatting(self):
        run = subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", "--assume-filename=src/a.cc"],
                             cwd=TOP, text=True, input="int   main( ){}\n", capture_output=True,
                             check=False)
        self.assertNotEqual(run.returncode, 0)


if __name__ == "__main__":
    unittest.main()
