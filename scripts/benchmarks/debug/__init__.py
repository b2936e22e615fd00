"""What a debugger costs a script that it does not stop, and how long somebody waits for it."""
