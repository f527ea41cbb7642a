/** The page's side of the worker: questions in their order, and of waiting frames the newest. */

import { KnuckleError } from '../errors';
import { closeFrame, transferOf } from '../io/sources';
import type { OnBytes } from '../networks/files';
import type { Answers, Frame, Question } from './messages';
import { type Kind, RunningWorker } from './running';

export type OpenQuestion = Omit<Extract<Question, { kind: 'open' }>, 'lock'>;
type LaterQuestion = Exclude<Question, { kind: 'open' }>;

/** An answer, and how many frames were left out for it. */
export interface Answered<K extends Kind> {
  readonly value: Answers[K];
  readonly dropped: number;
}

/** Somebody who waits. */
interface Waiter<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A question that waits for its turn, and those who wait for its answer. */
interface Job {
  readonly kind: Kind;
  /** A promise, because a frame is not there at once. */
  readonly question: Promise<LaterQuestion>;
  readonly waiters: readonly Waiter<Answered<Kind>>[];
  readonly dropped: number;
}

const CLOSED = 'This tracker is closed; make a new one with createTracker().';

export class WorkerClient {
  #worker: RunningWorker | null = null;
  #isClosed = false;
  #isBusy = false;
  readonly #jobs: Job[] = [];
  readonly #first: () => OpenQuestion;
  readonly #onBytes: OnBytes;

  /**
   * @param first what each worker is asked first. It is called again when a worker died.
   */
  constructor(first: () => OpenQuestion, onBytes: OnBytes) {
    this.#first = first;
    this.#onBytes = onBytes;
  }

  /** Start the worker and open the networks. */
  async open(): Promise<Answers['open']> {
    this.#worker = new RunningWorker(this.#onBytes);
    return this.#worker.open(this.#first());
  }

  /** Ask after all questions before. A track question takes the place of one that waits. */
  ask<K extends LaterQuestion['kind']>(
    kind: K,
    question: Promise<Extract<Question, { kind: K }>>,
  ): Promise<Answered<K>>;
  ask(kind: Kind, question: Promise<LaterQuestion>): Promise<Answered<Kind>> {
    question.catch(() => {}); // it is awaited in its turn, where its error is thrown
    if (this.#isClosed) {
      question.then(freeFrame, () => {});
      return Promise.reject(new KnuckleError('closed', CLOSED));
    }
    const waiter = withResolvers<Answered<Kind>>();
    const last = this.#jobs.at(-1);
    if (kind === 'track' && last?.kind === 'track') {
      this.#jobs.pop();
      last.question.then(freeFrame, () => {});
      const waiters = [...last.waiters, waiter];
      this.#jobs.push({ kind, question, waiters, dropped: last.dropped + 1 });
    } else {
      this.#jobs.push({ kind, question, waiters: [waiter], dropped: 0 });
    }
    void this.#work();
    return waiter.promise;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = new KnuckleError('closed', CLOSED);
    this.#worker?.end(error);
    for (const job of this.#jobs.splice(0)) {
      job.question.then(freeFrame, () => {});
      for (const waiter of job.waiters) waiter.reject(error);
    }
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      const { waiters, dropped } = job;
      try {
        const value = await this.#answer(job);
        for (const waiter of waiters) waiter.resolve({ value, dropped });
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error);
      }
    }
    this.#isBusy = false;
  }

  async #answer(job: Job): Promise<Answers[Kind]> {
    const question = await job.question;
    try {
      if (!this.#worker?.isAlive) await this.open();
      if (this.#isClosed || this.#worker === null) throw new KnuckleError('closed', CLOSED);
      const frame = frameIn(question);
      return await this.#worker.ask(question, frame === null ? [] : transferOf(frame));
    } finally {
      freeFrame(question); // a frame that was moved is closed already, and closing again does nothing
    }
  }
}

function frameIn(question: LaterQuestion): Frame | null {
  return 'frame' in question ? question.frame : null;
}

function freeFrame(question: LaterQuestion): void {
  const frame = frameIn(question);
  if (frame !== null) closeFrame(frame);
}

/** As `Promise.withResolvers`, which browsers have only since 2024. */
function withResolvers<T>(): Waiter<T> {
  let resolve: Waiter<T>['resolve'] = () => {};
  let reject: Waiter<T>['reject'] = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
