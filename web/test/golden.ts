/** The golden vectors, which `python -m tests.web.vectors --write` writes. */

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** One file of vectors: what Python gives, and what it was given. */
export function golden<T>(room: string, name: string): T {
  return JSON.parse(readFileSync(new URL(`golden/${room}/${name}.json`, import.meta.url), 'utf8'));
}

/** Whether two plain values have the same shape, and numbers that are at most `tolerance` apart. */
export function expectClose(actual: unknown, expected: unknown, tolerance: number): void {
  expect(differences(actual, expected, tolerance, '')).toEqual([]);
}

function differences(actual: unknown, expected: unknown, tolerance: number, at: string): string[] {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const isClose = Math.abs(actual - expected) <= tolerance;
    return isClose ? [] : [`${at}: ${actual} here, ${expected} in Python`];
  }
  if (isRecord(actual) && isRecord(expected)) {
    const keys = Object.keys(expected);
    if (keys.length !== Object.keys(actual).length) return [`${at}: other members`];
    return keys.flatMap((key) =>
      differences(actual[key], expected[key], tolerance, `${at}.${key}`),
    );
  }
  return Object.is(actual, expected) ? [] : [`${at}: ${actual} here, ${expected} in Python`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
