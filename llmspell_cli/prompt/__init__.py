"""The debugger's prompt: its commands, what it shows, and how it reads them."""
