/**
 * A bench program that runs in a process of its own and is asked for one sample at a time: it sleeps while others are
 * asked.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class ServedProgram {
  /** What the program says of itself: versions, threads, machine, tasks. */
  header;
  #child;
  #lines;
  #ended;
  #name;

  /** Starts `command` with `args` and `--serve`, and waits for its header. */
  static async start(command, args) {
    const program = new ServedProgram(command, args);
    program.header = await program.#next();
    return program;
  }

  constructor(command, args) {
    this.#name = [command, ...args].join(' ');
    this.#child = spawn(command, [...args, '--serve'], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    let complaints = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      complaints += text;
    });
    this.#child.stdin.on('error', (error) => {
      complaints += `\n${error.message}`;
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(`${error.message}; is it installed? --help says how`));
      this.#child.on('close', (code) => resolve(`exit code ${code}: ${complaints.trim().slice(-2000)}`));
    });
  }

  /** One sample of a task. */
  async sample({ side, case: name }) {
    this.#child.stdin.write(`${JSON.stringify([side, name])}\n`);
    return this.#next();
  }

  /** Lets the program end, and waits until it has. */
  async end() {
    this.#child.stdin.end();
    await this.#ended;
  }

  async #next() {
    const { done, value } = await Promise.race([this.#lines.next(), this.#ended.then(() => ({ done: true }))]);
    if (done) throw new Error(`${this.#name}: expected an answer, got ${await this.#ended}`);
    return JSON.parse(value);
  }
}
