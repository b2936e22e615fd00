// An incremental solver of one-way constraints with strengths, after the algorithm DeltaBlue (Sannella, Maloney,
// Freeman-Benson, Borning: Multi-way versus One-way Constraints in User Interfaces, 1993).
//
//   node constraints.js ROUNDS      what was solved on standard output, its milliseconds on standard error
"use strict";

const REQUIRED = 0, STRONG = 1, NORMAL = 2, WEAK = 3, WEAKEST = 4; // the smaller, the stronger

class Variable {
  constructor(value) {
    this.value = value;
    this.constraints = [];
    this.source = null; // the constraint that computes it
    this.mark = 0;
    this.strength = WEAKEST; // of the weakest constraint that would have to give way for another value
    this.stays = true; // nobody edits what it is computed from
  }
}

class Constraint {
  constructor(strength) {
    this.strength = strength;
  }

  // Holds from now on, and whatever has to give way for it finds another way, or none.
  add(solver) {
    for (const variable of this.variables) variable.constraints.push(this);
    solver.add(this);
    return this;
  }

  remove(solver) {
    const output = this.isSatisfied ? this.output : null;
    this.release();
    for (const variable of this.variables) variable.constraints.splice(variable.constraints.indexOf(this), 1);
    if (output !== null) solver.retract(output);
  }

  // Takes the output over; returns the constraint that had it.
  satisfy(mark, solver) {
    this.choose(mark);
    if (!this.isSatisfied) {
      if (this.strength === REQUIRED) throw new Error("a required constraint cannot hold");
      return null;
    }
    this.markInputs(mark);
    const { output } = this;
    const before = output.source;
    if (before !== null) before.release();
    output.source = this;
    solver.propagate(this, mark);
    output.mark = mark;
    return before;
  }
}

// On one variable: it stays as it is, or is edited from outside.
class Unary extends Constraint {
  constructor(strength, variable, edits) {
    super(strength);
    this.variables = [variable];
    this.output = variable;
    this.isSatisfied = false;
    this.edits = edits;
  }
  choose(mark) {
    this.isSatisfied = this.output.mark !== mark && this.strength < this.output.strength;
  }
  markInputs() {}
  isKnown() { return true; }
  release() { this.isSatisfied = false; }
  recompute() {
    this.output.strength = this.strength;
    this.output.stays = !this.edits;
  }
  execute() {}
}

// Of two variables, of which either follows from the other: here they are equal.
class Equal extends Constraint {
  constructor(strength, first, second) {
    super(strength);
    this.variables = [first, second];
    this.first = first;
    this.second = second;
    this.direction = 0; // 1: the second follows from the first; -1: the other way round; 0: it does not hold
  }
  get isSatisfied() { return this.direction !== 0; }
  get output() { return this.direction > 0 ? this.second : this.first; }
  get input() { return this.direction > 0 ? this.first : this.second; }
  choose(mark) {
    const { first, second, strength } = this;
    const forward = second.mark !== mark && strength < second.strength;
    const backward = first.mark !== mark && strength < first.strength;
    if (first.mark === mark) this.direction = forward ? 1 : 0;
    else if (second.mark === mark) this.direction = backward ? -1 : 0;
    else if (first.strength > second.strength) this.direction = backward ? -1 : 0;
    else this.direction = forward ? 1 : backward ? -1 : 0;
  }
  markInputs(mark) { this.input.mark = mark; }
  isKnown(mark) {
    const { input } = this;
    return input.mark === mark || input.stays || input.source === null;
  }
  release() { this.direction = 0; }
  recompute() {
    const { input, output } = this;
    output.strength = Math.max(this.strength, input.strength);
    output.stays = input.stays;
    if (output.stays) this.execute();
  }
  execute() { this.output.value = this.input.value; }
}

// second = first * scale + offset; scale and offset are variables, too, which are only read.
class Scaled extends Equal {
  constructor(strength, first, scale, offset, second) {
    super(strength, first, second);
    this.variables = [first, second, scale, offset];
    this.scale = scale;
    this.offset = offset;
  }
  markInputs(mark) {
    super.markInputs(mark);
    this.scale.mark = this.offset.mark = mark;
  }
  isKnown(mark) {
    const known = (one) => one.mark === mark || one.stays || one.source === null;
    return super.isKnown(mark) && known(this.scale) && known(this.offset);
  }
  recompute() {
    const { input, output } = this;
    output.strength = Math.max(this.strength, input.strength);
    output.stays = input.stays && this.scale.stays && this.offset.stays;
    if (output.stays) this.execute();
  }
  execute() {
    const scale = this.scale.value, offset = this.offset.value;
    if (this.direction > 0) this.second.value = this.first.value * scale + offset;
    else this.first.value = (this.second.value - offset) / scale;
  }
}

class Solver {
  mark = 0;

  add(constraint) {
    const mark = ++this.mark;
    for (let one = constraint; one !== null;) one = one.satisfy(mark, this);
  }

  // Strengths and values downstream of a constraint.
  propagate(constraint, mark) {
    const waiting = [constraint];
    while (waiting.length > 0) {
      const one = waiting.pop();
      if (one.output.mark === mark && one !== constraint) throw new Error("the constraints go in a circle");
      one.recompute();
      readers(one.output, waiting);
    }
  }

  // A variable is free: what could not hold before tries again, the strongest first.
  retract(output) {
    output.source = null;
    output.strength = WEAKEST;
    output.stays = true;
    const unsatisfied = [], waiting = [output];
    while (waiting.length > 0) {
      const variable = waiting.pop();
      for (const one of variable.constraints) if (!one.isSatisfied) unsatisfied.push(one);
      const next = [];
      readers(variable, next);
      for (const one of next) {
        one.recompute();
        waiting.push(one.output);
      }
    }
    unsatisfied.sort((a, b) => a.strength - b.strength);
    for (const one of unsatisfied) if (!one.isSatisfied) this.add(one);
  }

  // What is to be executed, in order, whenever the edited variables have new values.
  plan(edits) {
    const mark = ++this.mark, plan = [], waiting = edits.filter((one) => one.isSatisfied);
    while (waiting.length > 0) {
      const one = waiting.pop();
      if (one.output.mark === mark || !one.isKnown(mark)) continue;
      plan.push(one);
      one.output.mark = mark;
      readers(one.output, waiting);
    }
    return plan;
  }

  // Gives a variable values from outside.
  edit(variable, values, seen) {
    const edit = new Unary(STRONG, variable, true).add(this);
    const plan = this.plan([edit]);
    for (const value of values) {
      variable.value = value;
      for (const one of plan) one.execute();
      seen(value);
    }
    edit.remove(this);
  }
}

// The constraints that read a variable, into a list.
function readers(variable, found) {
  for (const one of variable.constraints) {
    if (one !== variable.source && one.isSatisfied && one.output !== variable) found.push(one);
  }
}

function expect(found, wanted) {
  if (found !== wanted) throw new Error(`${found} where ${wanted} should be`);
}

// A chain of equalities, edited at its head.
function chain(length) {
  const solver = new Solver();
  const all = Array.from({ length: length + 1 }, () => new Variable(0));
  for (let i = 0; i < length; i++) new Equal(REQUIRED, all[i], all[i + 1]).add(solver);
  new Unary(WEAK, all[length], false).add(solver);
  let sum = 0;
  solver.edit(all[0], [1, 2, 3, 5, 8, 13, 21, 34, 55, 89], (value) => {
    expect(all[length].value, value);
    sum += all[length].value;
  });
  return sum;
}

// Points that are scaled into others: the source is edited, the image is edited, then the scale and the offset.
function projection(count) {
  const solver = new Solver();
  const scale = new Variable(10), offset = new Variable(1000);
  const sources = [], images = [];
  for (let i = 0; i < count; i++) {
    sources.push(new Variable(i));
    images.push(new Variable(i));
    new Unary(NORMAL, sources[i], false).add(solver);
    new Scaled(REQUIRED, sources[i], scale, offset, images[i]).add(solver);
  }
  const [source, image] = [sources.at(-1), images.at(-1)];
  solver.edit(source, [17], () => expect(image.value, 1170));
  solver.edit(image, [1050], () => expect(source.value, 5));
  solver.edit(scale, [5], () => sources.slice(0, -1).forEach((one, i) => expect(images[i].value, one.value * 5 + 1000)));
  solver.edit(offset, [2000], () => sources.slice(0, -1).forEach((one, i) => expect(images[i].value, one.value * 5 + 2000)));
  return images.reduce((sum, one) => sum + one.value, 0);
}

const rounds = Number(process.argv[2]);
const start = performance.now();
let result;
for (let i = 0; i < rounds; i++) result = [chain(200), projection(200)];
const taken = performance.now() - start;
console.log(...result);
console.error(taken);
