/** Checks of what a caller passes in. An error is one sentence with the value and the cure. */

/** A whole number of at least 1. Throws TypeError or RangeError. */
export function checkedCount(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new TypeError(`${name} must be a whole number, not ${shown(value)}`);
  }
  if (value < 1) throw new RangeError(`${name} must be at least 1, not ${value}`);
  return value;
}

/** A finite number of seconds, 0 or more. Throws TypeError or RangeError. */
export function checkedSeconds(name: string, value: unknown): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number of seconds, not ${shown(value)}`);
  }
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`${name} must be a finite number of seconds, 0 or more, not ${value}`);
  }
  return value;
}

/** A number between two others. Throws TypeError or RangeError. */
export function checkedNumber(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number, not ${shown(value)}`);
  }
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${name} must be from ${least} to ${most}, not ${value}`);
  }
  return value;
}

/** One of some strings. Throws RangeError. */
export function checkedChoice<T extends string>(
  name: string,
  value: unknown,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    const all = choices.map((choice) => `'${choice}'`).join(', ');
    throw new RangeError(`${name} must be one of ${all}, not ${shown(value)}`);
  }
  return found;
}

/** A value as an error message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
