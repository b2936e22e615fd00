// Runs named steps one after the other, each timed and logged under `workflow.<step>`.

class Workflow {
  /** A workflow `name` of `list`, whose items are `[step name, function]`. */
  constructor(name, list) {
    this.name = name;
    this.list = list;
  }

  /** The value that the last step returns; a step that fails is logged with its name, and fails the workflow. */
  run(value) {
    const whole = Debug.timer(this.name);
    Debug.info(`${this.name}: ${this.list.length} steps`, "workflow");
    this.list.forEach(([name, work], at) => {
      const number = at + 1;
      const module = `workflow.${name}`;
      const timer = whole.child(name);
      Debug.debug(value, module);
      try {
        value = work(value);
      } catch (error) {
        Debug.logWithData("error", "step failed", { step: name, number, reason: error.message }, module);
        throw new Error(`step ${name} failed`, { cause: error });
      } finally {
        timer.stop();
      }
      Debug.logWithData("info", "step done", { number, milliseconds: timer.elapsed() }, module);
    });
    whole.stop();
    return value;
  }
}

module.exports = { Workflow };
