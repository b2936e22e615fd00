"""What the help of each command, and of the whole, says below its first line.

Each ends with a line at the margin: without one, the examples would lose their indentation.
"""

from __future__ import annotations

HELP_TEXTS = {
    "": """[bold]Examples[/bold]
  [cyan]llmspell run script.lua --debug[/cyan]     what it logs, why it failed, its timers
  [cyan]llmspell profile script.js[/cyan]          where its time goes
  [cyan]llmspell debug script.lua[/cyan]           stop it, step, look at variables
  [cyan]llmspell run --help[/cyan]                 the options of a command

Scripts are written in Lua (.lua) or JavaScript (.js, .cjs, .mjs).
""",
    "run": """[bold]Examples[/bold]
  [cyan]llmspell run script.lua[/cyan]
  [cyan]llmspell run script.lua --debug first second[/cyan]
  [cyan]llmspell run script.lua --debug-modules '+db.*,-*.test'[/cyan]
  [cyan]llmspell run script.lua --debug-output json:debug.jsonl[/cyan]
  [cyan]llmspell run --timeout 30s --sandbox untrusted.js[/cyan]
  [cyan]llmspell run script.lua -- --debug[/cyan]        --debug is the script's
  [cyan]echo 'print(1 + 1)' | llmspell run -[/cyan]

Options count wherever they stand; [cyan]--[/cyan] ends them. Other words after the script are its arguments.
Standard output is the script's alone; everything llmspell says goes to standard error.
""",
    "profile": """[bold]Examples[/bold]
  [cyan]llmspell profile script.lua[/cyan]
  [cyan]llmspell profile script.js -o flame.html[/cyan]      a flame graph for the browser
  [cyan]llmspell profile script.lua -o before.json[/cyan]    to compare with later
  [cyan]llmspell profile server.lua --duration 10s --rate 250[/cyan]
  [cyan]llmspell profile script.lua -o out.speedscope.json input.txt[/cyan]
  [cyan]llmspell profile diff before.json after.json --fail-over 10%[/cyan]
  [cyan]llmspell profile show before.json[/cyan]

The summary goes to standard error when the script has ended, also after an error or Ctrl-C.
""",
    "debug": """[bold]Examples[/bold]
  [cyan]llmspell debug script.lua[/cyan]                         stops as it begins
  [cyan]llmspell debug script.js --break-at script.js:12[/cyan]
  [cyan]llmspell debug script.lua --commands session.txt[/cyan]  a written session
  [cyan]llmspell debug script.lua --port 4711[/cyan]             an editor attaches

At the prompt: [cyan]help[/cyan] lists the commands; those of pdb and gdb are known under both names.
""",
    "dap": """[bold]Examples[/bold]
  [cyan]llmspell dap[/cyan]               on standard input and output
  [cyan]llmspell dap --port 4711[/cyan]   on TCP, for one editor after the other

Settings for VS Code, Neovim, Helix, Emacs and Zed are in docs/debugging.md.
""",
    "profile show": """[bold]Examples[/bold]
  [cyan]llmspell profile show before.json[/cyan]
  [cyan]llmspell profile show before.json -o flame.html[/cyan]

Formats are json (to compare with), html (a flame graph), speedscope, cpuprofile, pprof and collapsed.
""",
    "profile diff": """[bold]Examples[/bold]
  [cyan]llmspell profile diff old.json new.json[/cyan]
  [cyan]llmspell profile diff old.json new.json -o diff.html[/cyan]     a flame graph
  [cyan]llmspell profile diff old.json new.json --fail-over 10%[/cyan]  for CI

Profiles are saved by [cyan]llmspell profile script.lua -o NAME.json[/cyan].
""",
    "dump-config": """[bold]Examples[/bold]
  [cyan]llmspell dump-config[/cyan]
  [cyan]llmspell dump-config --show-origin[/cyan]            where it comes from
  [cyan]llmspell dump-config --debug > llmspell.toml[/cyan]  keep the flags
  [cyan]llmspell dump-config --format json[/cyan]
  [cyan]llmspell dump-config --schema[/cyan]                 for editors

Flags stand over variables, these over llmspell.toml, that over your own config.toml and the defaults.
""",
}

ARGUMENTS = "[ARGUMENTS]..."
WORDS = {
    "SCRIPT": "The script; - reads it from standard input.",
    ARGUMENTS: "What the script gets as arguments.",
    "FILE": "A profile that was saved with -o NAME.json.",
    "OLD": "The profile from before.",
    "NEW": "The profile from after.",
}
"""Words of commands that are no options."""
