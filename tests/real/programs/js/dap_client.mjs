// A first session with an adapter, as Microsoft's own test client holds it. Prints what it saw as JSON.
//   node dap_client.mjs RUNTIME EXECUTABLE PROGRAM [LINE]
// LINE is where to break, in a function that is called once and has a statement after it; without one nothing is
// debugged. The client has its own checks, too: it fails where an answer or an event does not come.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.LLMSPELL_TEST_NPM}/`);
const { DebugClient } = require("@vscode/debugadapter-testsupport");

const [runtime, executable, program, line] = process.argv.slice(2);
const client = new DebugClient(runtime, executable, "llmspell", undefined, true);
client.defaultTimeout = 30000;
const seen = { stops: [], output: "", threads: 0 };
client.on("output", (event) => {
  if (event.body.category === "stdout") seen.output += event.body.output;
});
client.on("thread", () => {
  seen.threads += 1;
});
client.on("exited", (event) => {
  seen.exitCode = event.body.exitCode;
});

async function look(stopped) {
  const { threadId, reason } = stopped.body;
  const trace = await client.stackTraceRequest({ threadId, levels: 20 });
  const [top] = trace.body.stackFrames;
  seen.stops.push({ reason, line: top.line, name: top.name, depth: trace.body.stackFrames.length });
  return { threadId, frame: top.id };
}

async function step(request, threadId) {
  const stopped = client.waitForEvent("stopped");
  await request.call(client, { threadId });
  return look(await stopped);
}

await client.start();
const over = client.waitForEvent("terminated", 60000);
const launch = { program, noDebug: !line };
if (!line) {
  await Promise.all([client.configurationSequence(), client.launch(launch)]);
} else {
  const stopped = client.waitForEvent("stopped");
  await Promise.race([
    client.hitBreakpoint(launch, { path: program, line: Number(line), verified: false }),
    over.then(() => Promise.reject(new Error(`it ended without a stop: ${JSON.stringify(seen)}`))),
  ]);
  const { threadId, frame } = await look(await stopped);
  const scopes = (await client.scopesRequest({ frameId: frame })).body.scopes;
  const found = await client.variablesRequest({ variablesReference: scopes[0].variablesReference });
  seen.variables = Object.fromEntries(found.body.variables.map((one) => [one.name, one.value]));
  const value = await client.evaluateRequest({ expression: "a + b", frameId: frame, context: "repl" });
  seen.evaluated = value.body.result;
  await step(client.nextRequest, threadId);
  await step(client.stepOutRequest, threadId);
  seen.refused = await client.customRequest("readMemory", {}).then(
    () => "nothing",
    (error) => error.message,
  );
  await client.continueRequest({ threadId });
}
await over;
await client.stop();
console.log(JSON.stringify(seen));
process.exit(0);
