"""Profiles JavaScript: functions that note themselves on a stack in shared memory, looked at from outside."""
