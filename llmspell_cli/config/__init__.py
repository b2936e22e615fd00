"""Finds, checks and merges what configures a run, and knows where each value came from."""
