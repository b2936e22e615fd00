"""Runs scripts: one sub-package a language, behind the protocol in `runtime.engine`."""
