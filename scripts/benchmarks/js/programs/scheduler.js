// A scheduler of an operating system in small, after the idea of Martin Richards' benchmark of 1980: tasks of four
// kinds, ordered by priority, hand packets to each other, wait, and are held and released.
//
//   node scheduler.js ROUNDS      the work done on standard output, its milliseconds on standard error
"use strict";

const WORK = 1, DEVICE = 2;

class Packet {
  constructor(kind, next) {
    this.kind = kind;
    this.next = next;
    this.place = 0;
    this.letters = [0, 0, 0, 0];
  }
}

function appended(packet, queue) {
  packet.next = null;
  if (queue === null) return packet;
  let last = queue;
  while (last.next !== null) last = last.next;
  last.next = packet;
  return queue;
}

class Task {
  constructor(kernel, priority, queue) {
    this.kernel = kernel;
    this.priority = priority;
    this.queue = queue;
    this.waiting = true;
    this.held = false;
    this.lower = null;
  }

  get canRun() {
    return !this.held && (!this.waiting || this.queue !== null);
  }

  // One turn: the packet that it waited for, where there is one.
  turn() {
    let packet = null;
    if (this.waiting) {
      packet = this.queue;
      this.queue = packet.next;
      this.waiting = false;
    }
    return this.run(packet);
  }

  wait() {
    this.waiting = true;
    return this;
  }

  hold() {
    this.held = true;
    this.kernel.holds++;
    return this.lower;
  }

  // Puts a packet into another task's queue; who is more important goes on.
  send(receiver, packet) {
    const target = this.kernel.tasks[receiver];
    target.queue = appended(packet, target.queue);
    this.kernel.sent++;
    return target.priority > this.priority ? target : this;
  }

  release(device) {
    const target = this.kernel.tasks[device];
    target.held = false;
    return target.priority > this.priority ? target : this;
  }
}

class Idle extends Task {
  constructor(kernel, devices, turns) {
    super(kernel, 0, null);
    this.waiting = false;
    this.devices = devices;
    this.left = turns;
    this.bits = 1;
  }
  run() {
    if (this.left-- === 0) return this.hold();
    const odd = this.bits & 1;
    this.bits = (this.bits >> 1) ^ (odd ? 0xd008 : 0);
    return this.release(this.devices[odd]);
  }
}

class Worker extends Task {
  constructor(kernel, queue, handlers) {
    super(kernel, 1000, queue);
    this.handlers = handlers;
    this.next = 0;
    this.letter = 0;
  }
  run(packet) {
    if (packet === null) return this.wait();
    this.next = 1 - this.next;
    packet.place = 0;
    for (let i = 0; i < packet.letters.length; i++) {
      this.letter = (this.letter % 26) + 1;
      packet.letters[i] = 64 + this.letter;
    }
    return this.send(this.handlers[this.next], packet);
  }
}

class Handler extends Task {
  constructor(kernel, priority, queue, device, worker) {
    super(kernel, priority, queue);
    this.device = device;
    this.worker = worker;
    this.work = null;
    this.free = null;
  }
  run(packet) {
    if (packet !== null) {
      if (packet.kind === WORK) this.work = appended(packet, this.work);
      else this.free = appended(packet, this.free);
    }
    const work = this.work;
    if (work === null) return this.wait();
    if (work.place === work.letters.length) {
      this.work = work.next;
      return this.send(this.worker, work);
    }
    const free = this.free;
    if (free === null) return this.wait();
    this.free = free.next;
    free.place = work.letters[work.place++];
    return this.send(this.device, free);
  }
}

class Device extends Task {
  constructor(kernel, priority, handler) {
    super(kernel, priority, null);
    this.handler = handler;
    this.pending = null;
  }
  run(packet) {
    if (packet === null) {
      const done = this.pending;
      if (done === null) return this.wait();
      this.pending = null;
      this.kernel.sum = (this.kernel.sum * 31 + done.place) | 0;
      return this.send(this.handler, done);
    }
    this.pending = packet;
    return this.hold();
  }
}

class Kernel {
  constructor(turns) {
    this.sent = 0;
    this.holds = 0;
    this.sum = 0;
    const packets = (kind, count) => {
      let made = null;
      for (let i = 0; i < count; i++) made = new Packet(kind, made);
      return made;
    };
    const IDLE = 0, WORKER = 1, FIRST = 2, SECOND = 3, DISK = 4, LINE = 5;
    this.tasks = [];
    this.tasks[IDLE] = new Idle(this, [DISK, LINE], turns);
    this.tasks[WORKER] = new Worker(this, packets(WORK, 2), [FIRST, SECOND]);
    this.tasks[FIRST] = new Handler(this, 2000, packets(DEVICE, 3), DISK, WORKER);
    this.tasks[SECOND] = new Handler(this, 3000, packets(DEVICE, 3), LINE, WORKER);
    this.tasks[DISK] = new Device(this, 4000, FIRST);
    this.tasks[LINE] = new Device(this, 5000, SECOND);
    const ordered = [...this.tasks].sort((a, b) => b.priority - a.priority);
    ordered.forEach((task, at) => { task.lower = ordered[at + 1] ?? null; });
    this.first = ordered[0];
  }

  run() {
    let task = this.first;
    while (task !== null) task = task.canRun ? task.turn() : task.lower;
    return [this.sent, this.holds, this.sum];
  }
}

const rounds = Number(process.argv[2]);
const start = performance.now();
let result;
for (let i = 0; i < rounds; i++) result = new Kernel(10000).run();
const taken = performance.now() - start;
console.log(...result);
console.error(taken);
