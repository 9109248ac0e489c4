"""An emulated PREEMPT_RT compute node: image, emulator, one run. See tests/node/README.md."""
