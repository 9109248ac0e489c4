#!/usr/bin/env python3
"""What decides about a run before there is a node: cache, pins, and which failures are tried again."""

import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from box import cache, machine, pins, run  # noqa: E402
from box.problem import Missing, NodeFailure  # noqa: E402


class Scratch(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.directory = pathlib.Path(holder.name)
        quiet = contextlib.redirect_stderr(io.StringIO())
        self.said = quiet.__enter__()
        self.addCleanup(quiet.__exit__, None, None, None)


class Cache(Scratch):
    def setUp(self):
        super().setUp()
        patch = mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(self.directory)})
        patch.start()
        self.addCleanup(patch.stop)

    def test_makes_once_and_finds_again(self):
        calls = []

        def make(directory):
            calls.append(directory)
            (directory / "file").write_text("made", encoding="ascii")

        first = cache.entry("image", "abc1", 1, make)
        self.assertEqual(cache.entry("image", "abc1", 1, make), first)
        self.assertEqual(len(calls), 1)
        self.assertEqual((first / "file").read_text(encoding="ascii"), "made")

    def test_what_could_not_be_made_is_not_there(self):
        def make(directory):
            (directory / "half").touch()
            raise Missing("no mirror")

        with self.assertRaises(Missing):
            cache.entry("image", "abc1", 1, make)
        self.assertEqual([path.name for path in cache.root().iterdir()], ["image.lock"])

    def test_keeps_the_newest_other_and_leaves_other_kinds_alone(self):
        for number, key in enumerate(("aaa1", "aaa2", "aaa3")):
            made = cache.entry("image-6.1", key, 1, lambda directory: None)
            os.utime(made, (number, number))
        cache.entry("image-6.1-rt", "bbb1", 1, lambda directory: None)
        cache.entry("image-6.1", "aaa4", 1, lambda directory: None)
        left = sorted(path.name for path in cache.root().iterdir() if path.is_dir())
        self.assertEqual(left, ["image-6.1-aaa3", "image-6.1-aaa4", "image-6.1-rt-bbb1"])

    def test_says_how_much_room_is_missing(self):
        with self.assertRaisesRegex(Missing, "MiB are needed"):
            cache.entry("image", "abc1", 1 << 40, lambda directory: None)

    def test_a_disk_that_became_full_is_said_so(self):
        def make(_directory):
            (cache.root() / "image.log").write_text("dpkg: error: No space left on device\nE: sub-process\n", encoding="ascii")
            raise Missing("mmdebstrap failed")

        with self.assertRaisesRegex(Missing, "became full"):
            cache.entry("image", "abc1", 1, make)

    def test_the_hash_depends_on_names_contents_and_modes(self):
        file = self.directory / "file"
        file.write_text("a", encoding="ascii")
        seen = {cache.digest(file)}
        file.write_text("b", encoding="ascii")
        seen.add(cache.digest(file))
        file.chmod(0o755)
        seen.add(cache.digest(file))
        seen.add(cache.digest(file.rename(self.directory / "other")))
        self.assertEqual(len(seen), 4)


class Run(Scratch):
    """With a shell script in the emulator's place."""

    def node(self, script):
        program = self.directory / "emulator"
        program.write_text(f"#!/bin/sh\ncd {self.directory}/share/out\n{script}\n", encoding="ascii")
        program.chmod(0o755)
        emulator = mock.Mock(program=str(program), arguments=[])
        image = mock.Mock(disk="disk", kernel="kernel", initrd="initrd")
        with mock.patch.object(run.NodeRun, "new_disk", lambda self: (self.directory / "share").mkdir(exist_ok=True)):
            node = run.NodeRun(emulator, image, self.directory)
        node.new_disk = lambda: None
        return node

    def test_returns_what_the_script_left(self):
        outcome = self.node("echo 3 >status; echo 20.5 >boot_seconds; echo said >log").run(30)[0]
        self.assertEqual((outcome["status"], outcome["boot_seconds"]), (3, 20.5))
        self.assertEqual((outcome["results"] / "log").read_text(encoding="ascii"), "said\n")

    def test_a_hang_is_tried_again_once_and_counted(self):
        node = self.node("echo start >>../starts; exec sleep 60")
        with mock.patch.object(run, "HANG_SECONDS", 1), self.assertRaisesRegex(NodeFailure, "failed twice"):
            node.run(30)
        self.assertEqual((node.share / "starts").read_text(encoding="ascii"), "start\nstart\n")
        self.assertEqual(node.faults, 2)

    def test_a_run_that_hung_first_may_pass(self):
        node = self.node("[ -e ../hung ] || { touch ../hung; exec sleep 60; }; echo 0 >status; echo 1 >boot_seconds; touch log")
        with mock.patch.object(run, "HANG_SECONDS", 1):
            self.assertEqual(node.run(30)[0]["status"], 0)
        self.assertEqual(node.faults, 1)
        self.assertIn("1 of at most 1", self.said.getvalue())

    def test_an_emulator_that_crashed_first_may_pass(self):
        node = self.node("[ -e ../crashed ] || { touch ../crashed; echo assertion failed; kill -ABRT $$; }\n"
                         "echo 0 >status; echo 1 >boot_seconds; touch log")
        self.assertEqual(node.run(30)[0]["status"], 0)
        self.assertEqual(node.faults, 1)
        self.assertIn("status -6: assertion failed", self.said.getvalue())

    def test_a_node_that_lives_and_does_not_end_is_not_tried_again(self):
        node = self.node("echo start >>../starts; while :; do date +%N >alive; sleep 0.1; done")
        with self.assertRaisesRegex(NodeFailure, "not done within 2 s"):
            node.run(2)
        self.assertEqual((node.share / "starts").read_text(encoding="ascii"), "start\n")

    def test_a_node_without_a_result_is_a_failure(self):
        with self.assertRaisesRegex(NodeFailure, "without a result"):
            self.node("echo panic >../../console").run(30)

    def test_an_emulator_that_fails_says_why(self):
        with self.assertRaisesRegex(NodeFailure, "status 1: no such machine"):
            self.node("echo no such machine; exit 1").run(30)


class Variants(unittest.TestCase):
    def test_only_the_domain_boot_hides_scheduling_domains(self):
        self.assertNotIn("isolcpus", machine.append_line("dynamic", ""))
        self.assertNotIn("nohz_full", machine.append_line("dynamic", ""))
        self.assertIn("isolcpus=managed_irq,4-7", machine.append_line("static", ""))
        self.assertIn("isolcpus=managed_irq,domain,4-7", machine.append_line("domain", ""))

    def test_every_kernel_is_pinned_whole(self):
        kernels = pins.kernels()
        self.assertIn("6.1-rt", kernels)
        for name, kernel in kernels.items():
            self.assertLessEqual({"suite", "package", "version"}, kernel.keys(), name)


if __name__ == "__main__":
    unittest.main()
