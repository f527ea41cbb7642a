/** Numbers as the Python library writes them, so that both write the same text. */

// Python writes a number in full if its first digit is at one of these powers of ten.
const LEAST_POWER = -4;
const MOST_POWER = 15;

/** The digits of a number without its sign and without zeros at their end, and the power of ten of the first one. */
interface Digits {
  readonly digits: string;
  readonly power: number;
}

/** The shortest text that brings back the same float64. */
export function doubleText(value: number): string {
  return Number.isFinite(value) ? written(value, digitsOf(value.toExponential())) : unusual(value);
}

/** The shortest text that brings back the same float32. */
export function floatText(value: number): string {
  const float = Math.fround(value);
  return Number.isFinite(float) ? written(float, digitsOf(shortest(float))) : unusual(float);
}

const FLOAT32_DIGITS = 9; // enough to tell any two apart
const USUAL_DIGITS = 6; // few numbers need fewer

function shortest(float: number): string {
  const brings = (digits: number): boolean =>
    Math.fround(Number(float.toExponential(digits - 1))) === float;
  let digits = USUAL_DIGITS;
  if (brings(digits)) while (digits > 1 && brings(digits - 1)) digits--;
  else while (digits < FLOAT32_DIGITS && !brings(digits)) digits++;
  return float.toExponential(digits - 1);
}

function digitsOf(exponential: string): Digits {
  const [mantissa, power] = exponential.split('e');
  return {
    digits: mantissa.replace(/[-.]/g, '').replace(/0+$/, '') || '0',
    power: Number(power),
  };
}

/** In full with at least one decimal, or with an exponent of at least two digits. */
function written(value: number, { digits, power }: Digits): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (power < LEAST_POWER || power > MOST_POWER) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const size = String(Math.abs(power)).padStart(2, '0');
    return `${sign}${digits[0]}${rest}e${power < 0 ? '-' : '+'}${size}`;
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  return `${sign}${whole}.${digits.slice(power + 1) || '0'}`;
}

function unusual(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}
