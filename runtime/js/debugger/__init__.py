"""Stops JavaScript: its texts are planted with probes, an agent in the VM tells of them, a target speaks for it."""
