/** Optimal assignment: pairs of rows and columns with the least total cost. */

export type Pair = readonly [row: number, column: number];
type Costs = readonly (readonly number[])[];

/**
 * The largest set of pairs that cost up to `most` each; of several such sets, the cheapest.
 *
 * Each row and each column is in at most one pair. The pairs are sorted.
 * @param costs for each row, the cost of each column, 0 or more.
 */
export function assign(costs: Costs, most: number): Pair[] {
  if (costs.length === 0 || costs[0].length === 0) return [];
  const usual = nearestOfEach(costs);
  if (
    new Set(usual.map(([, j]) => j)).size === costs.length &&
    usual.every(([i, j]) => costs[i][j] <= most)
  ) {
    return usual; // every row has its own column
  }
  const [rows, columns] = [costs.length, costs[0].length];
  // A forbidden pair costs more than all allowed ones together, so it never pays to take one.
  const forbidden = (most + 1) * (Math.min(rows, columns) + 1);
  const allowed = costs.map((row) => row.map((cost) => (cost <= most ? cost : forbidden)));
  const pairs: Pair[] =
    rows <= columns ? cheapest(allowed) : cheapest(transposed(allowed)).map(([j, i]) => [i, j]);
  return pairs.filter(([i, j]) => costs[i][j] <= most).sort(([i], [k]) => i - k);
}

function nearestOfEach(costs: Costs): Pair[] {
  return costs.map((row, i) => [i, row.indexOf(Math.min(...row))]);
}

function transposed(costs: Costs): number[][] {
  return costs[0].map((_, j) => costs.map((row) => row[j]));
}

/**
 * The cheapest assignment of a column to every row; there are at least as many columns.
 *
 * It adds rows one by one along the shortest augmenting path. Prices (dual variables) keep all
 * reduced costs at 0 or above.
 *
 * Source: the Hungarian method, as in Jonker & Volgenant 1987.
 */
function cheapest(costs: Costs): Pair[] {
  const columns = costs[0].length;
  const rowPrice = costs.map(() => 0);
  const columnPrice = new Array<number>(columns).fill(0);
  const takenBy = new Array<number>(columns).fill(-1);
  for (let row = 0; row < costs.length; row++) {
    const path = shortestPath(costs, row, rowPrice, columnPrice, takenBy);
    rowPrice[row] += path.length;
    for (let j = 0; j < columns; j++) {
      if (!path.isDone[j] || takenBy[j] < 0) continue;
      rowPrice[takenBy[j]] += path.length - path.distance[j];
      columnPrice[j] -= path.length - path.distance[j];
    }
    for (let j = path.end; j >= 0; j = path.cameFrom[j]) {
      takenBy[j] = path.cameFrom[j] < 0 ? row : takenBy[path.cameFrom[j]];
    }
  }
  return takenBy.flatMap((row, column): Pair[] => (row >= 0 ? [[row, column]] : []));
}

/** The cheapest way from a row to a free column, over columns that are taken. */
interface Path {
  /** The free column. */
  readonly end: number;
  readonly length: number;
  /** Of each column, as far as it is known. */
  readonly distance: readonly number[];
  /** The column before each, -1 for none. */
  readonly cameFrom: readonly number[];
  readonly isDone: readonly boolean[];
}

function shortestPath(
  costs: Costs,
  row: number,
  rowPrice: readonly number[],
  columnPrice: readonly number[],
  takenBy: readonly number[],
): Path {
  const columns = columnPrice.length;
  const distance = new Array<number>(columns).fill(Infinity);
  const cameFrom = new Array<number>(columns).fill(-1);
  const isDone = new Array<boolean>(columns).fill(false);
  for (let at = row, column = -1, reached = 0; ; at = takenBy[column]) {
    for (let j = 0; j < columns; j++) {
      const through = reached + costs[at][j] - rowPrice[at] - columnPrice[j];
      if (isDone[j] || through >= distance[j]) continue;
      distance[j] = through;
      cameFrom[j] = column;
    }
    column = nearestOpen(distance, isDone);
    reached = distance[column];
    isDone[column] = true;
    if (takenBy[column] < 0) return { end: column, length: reached, distance, cameFrom, isDone };
  }
}

/** The first of the nearest columns that are not done. */
function nearestOpen(distance: readonly number[], isDone: readonly boolean[]): number {
  let nearest = -1;
  for (let j = 0; j < distance.length; j++) {
    if (!isDone[j] && (nearest < 0 || distance[j] < distance[nearest])) nearest = j;
  }
  return nearest;
}
