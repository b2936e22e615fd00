"""Turns the core's data into what a person reads in a terminal."""
