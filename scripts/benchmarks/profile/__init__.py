"""What profiling costs a script, and what the export of a profile takes."""
