/** Words for whoever moves a program over, in the console. */

const said = new Set<string>();

/** Say something, but never twice. */
export function sayOnce(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  console.info(`knuckle: ${sentence}`);
}
