"""Makes debug/dap/types.py from the Debug Adapter Protocol's published JSON schema."""
