// Starts `llmspell dap` for a launch, and connects to `llmspell run --inspect` for an attach.
"use strict";

const vscode = require("vscode");

const TYPE = "llmspell";
const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 4711;

/** The command that serves the editor, as the settings of the folder have it. */
function command(folder) {
  const path = vscode.workspace.getConfiguration(TYPE, folder).get("path", "llmspell");
  return folder ? path.replaceAll("${workspaceFolder}", folder.uri.fsPath) : path;
}

const adapters = {
  createDebugAdapterDescriptor(session) {
    const { request, host, port } = session.configuration;
    if (request === "attach") {
      return new vscode.DebugAdapterServer(port ?? DEFAULT_PORT, host ?? DEFAULT_HOST);
    }
    return new vscode.DebugAdapterExecutable(command(session.workspaceFolder), ["dap"]);
  },
};

const configurations = {
  provideDebugConfigurations: () => [thisScript()],

  // F5 in a folder without launch.json asks for an empty one: then it is the script that is looked at.
  resolveDebugConfiguration(folder, configuration) {
    const whole = configuration.type ? configuration : { ...configuration, ...thisScript() };
    return folder && whole.request === "launch" ? { cwd: folder.uri.fsPath, ...whole } : whole;
  },
};

function thisScript() {
  return { name: "Debug this script", type: TYPE, request: "launch", program: "${file}" };
}

function activate(context) {
  const dynamic = vscode.DebugConfigurationProviderTriggerKind.Dynamic;
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, adapters),
    vscode.debug.registerDebugConfigurationProvider(TYPE, configurations),
    vscode.debug.registerDebugConfigurationProvider(TYPE, configurations, dynamic),
  );
}

module.exports = { activate };
