"""Probes: the places of a source where a program can be stopped, whatever its language."""
