// Lives through scenarios of the debugger's table as an editor, with Microsoft's own test client, each in an adapter of
// its own. What is to be done comes as JSON in a file, what was seen of it goes to another.
//   node dap_scenarios.mjs RUNTIME EXECUTABLE TASKS SEEN [AT_ONCE]
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";

const require = createRequire(`${process.env.LLMSPELL_TEST_NPM}/`);
const { DebugClient } = require("@vscode/debugadapter-testsupport");

const [runtime, executable, tasksFile, seenFile, atOnce] = process.argv.slice(2);
const PATIENCE_MS = 30000;
const MOVES = { continue: "continueRequest", over: "nextRequest", into: "stepInRequest", out: "stepOutRequest", pause: "continueRequest" };

class Editor {
  constructor(task) {
    this.task = task;
    this.places = new Map(); // of breakpoints, by id
    this.ids = [];
    this.bound = [];
    this.output = "";
    this.logs = [];
    this.client = new DebugClient(runtime, executable, "llmspell", undefined, true);
    this.client.defaultTimeout = PATIENCE_MS;
  }

  async account() {
    const { client, task } = this;
    await client.start();
    client.on("output", ({ body }) => {
      if (body.category === "stdout") this.output += body.output;
      else if (body.category === "console") this.logs.push(body.output.replace(/\n$/, ""));
    });
    client.on("breakpoint", ({ body }) => this.keep(body.breakpoint));
    this.exited = client.waitForEvent("exited", 4 * PATIENCE_MS);
    this.over = client.waitForEvent("terminated", 4 * PATIENCE_MS);
    try {
      await client.initializeRequest({
        adapterID: "llmspell",
        clientID: "scenarios",
        linesStartAt1: true,
        columnsStartAt1: true,
        pathFormat: "path",
      });
      const initialized = client.waitForEvent("initialized");
      const { program, folder, engine, entry } = task;
      await client.launchRequest({ program, cwd: folder, engine, stopOnEntry: entry });
      await initialized;
      await this.have(task.breaks);
      await client.setFunctionBreakpointsRequest({ breakpoints: task.functions });
      await client.setExceptionBreakpointsRequest({
        filters: [],
        filterOptions: task.errors.map(({ kind, condition }) => ({ filterId: kind, condition })),
      });
      const steps = [];
      for (const step of task.steps) steps.push(await this.step(step));
      await this.over;
      const exit_code = (await this.exited).body.exitCode;
      return { steps, bound: this.bound, output: this.output, logs: this.logs, exit_code };
    } finally {
      // Neither is waited for where it has failed before.
      this.exited.catch(() => {});
      this.over.catch(() => {});
      await client.stop();
    }
  }

  async step(step) {
    const { client } = this;
    switch (step.do) {
      case "Go":
        return this.go(step);
      case "Calls":
        return (await this.targets()).map((one) => one.label).join("\n");
      case "Say": {
        const frameId = this.frames[step.frame].id;
        const said = await client.evaluateRequest({ expression: step.text, frameId, context: "repl" });
        return said.body.result;
      }
      case "Give": {
        const [variablesReference] = await this.holding(step.name, step.frame);
        const given = await client.setVariableRequest({ variablesReference, name: step.name, value: step.text });
        return given.body.value;
      }
      case "Put": {
        const frameId = this.frames[step.frame].id;
        const put = { expression: step.place, value: step.text, frameId };
        return (await client.customRequest("setExpression", put)).body.value;
      }
      case "Watch": {
        const breakpoints = [];
        for (const name of step.places) {
          const about = await client.dataBreakpointInfoRequest({ name, frameId: this.frames[0].id });
          breakpoints.push({ dataId: about.body.dataId ?? about.body.description, condition: step.condition ?? undefined });
        }
        const told = (await client.setDataBreakpointsRequest({ breakpoints })).body.breakpoints;
        return told.every((one) => one.verified) ? "" : JSON.stringify(told);
      }
      case "Have":
        await this.have(step.breaks);
        return "";
    }
    throw new Error(`what is ${step.do}?`);
  }

  async targets() {
    return (await this.client.stepInTargetsRequest({ frameId: this.frames[0].id })).body.targets;
  }

  async go({ kind, to, target }) {
    const { client } = this;
    const targetId = target ? (await this.targets()).find((one) => one.label === target).id : undefined;
    const stopped = to && client.waitForEvent("stopped");
    if (kind === "start") await client.configurationDoneRequest();
    else await client[MOVES[kind]]({ threadId: this.threadId, targetId });
    if (kind === "pause") await client.pauseRequest({ threadId: this.threadId });
    if (!to) {
      await this.over;
      return "end";
    }
    const ended = this.over.then(() => Promise.reject(new Error(`it has ended before it came to ${to.place}`)));
    const { body } = await Promise.race([stopped, ended]);
    this.threadId = body.threadId;
    this.bound = this.ids.map((id) => this.places.get(id) ?? null);
    this.frames = (await client.stackTraceRequest({ threadId: body.threadId })).body.stackFrames;
    const here = this.frames.find((frame) => !frame.presentationHint) ?? this.frames[0];
    const shows = [];
    for (const [name] of to.shows) shows.push([name, (await this.holding(name, 0))[1]]);
    return {
      place: this.placed(here),
      reason: body.reason,
      stack: to.stack.length ? this.frames.map((frame) => frame.name) : [],
      shows,
      text: body.text === undefined ? null : body.text,
    };
  }

  // The reference of the innermost scope of a frame that has a variable, and what is shown of that.
  async holding(name, frame) {
    const { scopes } = (await this.client.scopesRequest({ frameId: this.frames[frame].id })).body;
    for (const { variablesReference } of scopes) {
      const { variables } = (await this.client.variablesRequest({ variablesReference })).body;
      const found = variables.find((one) => one.name === name);
      if (found) return [variablesReference, found.value];
    }
    return [0, null];
  }

  async have(breaks) {
    const ids = new Array(breaks.length);
    for (const path of this.task.files) {
      const mine = breaks.flatMap((one, index) => (one.path === path ? [index] : []));
      const breakpoints = mine.map((index) => breaks[index].breakpoint);
      const answer = await this.client.setBreakpointsRequest({ source: { path }, breakpoints });
      answer.body.breakpoints.forEach((one, index) => {
        this.keep(one);
        ids[mine[index]] = one.id;
      });
    }
    this.ids = ids;
    this.bound = ids.map((id) => this.places.get(id) ?? null);
  }

  keep(breakpoint) {
    this.places.set(breakpoint.id, breakpoint.verified ? this.placed(breakpoint) : null);
  }

  placed({ source, line }) {
    const name = source?.path ? relative(this.task.folder, source.path) : (source?.name ?? "nowhere");
    return `${name}:${line}`;
  }
}

const tasks = JSON.parse(readFileSync(tasksFile, "utf8"));
const seen = tasks.map(() => null);
let next = 0;

async function work() {
  while (next < tasks.length) {
    const index = next++;
    const editor = new Editor(tasks[index]);
    // Only one that fails has an error, and the others are lived through all the same.
    seen[index] = await editor.account().catch((error) => ({ error: `${error.stack ?? error}` }));
  }
}

await Promise.all(Array.from({ length: Number(atOnce ?? 1) }, work));
writeFileSync(seenFile, JSON.stringify(seen));
process.exit(0);
