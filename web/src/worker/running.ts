/** A worker that runs: it is asked one question at a time, and is noticed when it ends. */

import { KnuckleError } from '../errors';
import type { OnBytes } from '../networks/files';
import type { Answers, Question, Reply } from './messages';

export type Kind = Question['kind'];

interface Waiting {
  resolve(value: Answers[Kind]): void;
  reject(error: Error): void;
}

const DIED = 'The worker ended unexpectedly; the next call starts another.';

/** Whoever asks a second question before the first is answered makes a mistake of ours. */
export class RunningWorker {
  isAlive = true;
  readonly #worker: Worker;
  readonly #lock = `knuckle ${Math.random()}`;
  #waiting: Waiting | null = null;

  constructor(onBytes: OnBytes) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { name: 'knuckle' });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#heard(data, onBytes);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#ended(
        event.message
          ? new KnuckleError('worker-died', `${DIED} (${event.message})`)
          : new KnuckleError('file-missing', "The worker's script could not be loaded."),
      );
    };
  }

  async open(
    question: Omit<Extract<Question, { kind: 'open' }>, 'lock'>,
  ): Promise<Answers['open']> {
    const setup = await this.ask({ ...question, lock: this.#lock }, []);
    this.#watch();
    return setup as Answers['open'];
  }

  ask(question: Question, transfer: Transferable[]): Promise<Answers[Kind]> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(question, transfer);
    });
  }

  /** End it; whoever waits gets the error. */
  end(error: Error): void {
    this.#ended(error);
  }

  #heard(reply: Reply, onBytes: OnBytes): void {
    if (reply.kind === 'progress') {
      onBytes(reply.bytes, reply.file);
    } else if (reply.kind === 'answer') {
      this.#waiting?.resolve(reply.value);
    } else {
      const error = new KnuckleError(reply.code, reply.message);
      if (reply.isFatal) this.#ended(error);
      else this.#waiting?.reject(error);
    }
  }

  /** The worker holds a lock until it ends, which the browser does not always report. */
  #watch(): void {
    navigator.locks?.request(this.#lock, () => this.#ended(new KnuckleError('worker-died', DIED)));
  }

  #ended(error: Error): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#worker.terminate();
    this.#waiting?.reject(error);
  }
}
