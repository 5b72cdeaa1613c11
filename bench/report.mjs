/** Prints what was found: a table of figures and one of verdicts for each row. */
import { contenders } from './contenders/index.mjs';
import { median } from './measure/statistics.mjs';

/**
 * @typedef {object} Result
 * @property {string} row
 * @property {string} title
 * @property {import('./measure/types.mjs').Finding[]} findings
 * @property {import('./measure/judge.mjs').Verdict[]} verdicts
 * @property {string} [skipped] why it was left out
 * @property {string} [failed] the row itself could not be run
 */

/** @param {Result} result */
export function rowAsText(result) {
  const title = `\n${result.title}  [${result.row}]\n`;
  if (result.failed !== undefined) return `${title}  failed: ${result.failed}\n`;
  const absent = result.skipped ?? absentAltogether(result.findings);
  if (absent !== undefined) return `${title}  not measured: ${absent}\n`;
  return title + figures(result.findings) + verdicts(result.verdicts);
}

/** @param {import('./measure/types.mjs').Finding[]} findings */
function absentAltogether([first, ...others]) {
  const same = others.every((finding) => finding.absent === first?.absent);
  return same ? first?.absent : undefined;
}

/** @param {import('./measure/types.mjs').Finding[]} findings */
function figures(findings) {
  const columns = [...new Set(findings.flatMap((finding) => Object.keys(finding.values)))];
  const lines = findings.map((finding) => [
    finding.label,
    ...columns.map((name) => shown(finding, name)),
    finding.absent ?? (finding.errors === undefined ? '' : `! ${finding.errors}`),
  ]);
  return table([['', ...columns, ''], ...lines], columns.length);
}

/** @param {import('./measure/types.mjs').Finding} finding @param {string} name */
function shown(finding, name) {
  const value = median(finding.values[name] ?? []);
  return Number.isNaN(value) ? '–' : number(value);
}

/** @param {import('./measure/judge.mjs').Verdict[]} list */
function verdicts(list) {
  if (list.length === 0) return '';
  const lines = list.map(({ figure, ratio, reach, met, why }) => [
    figure,
    ratio === null ? '–' : number(ratio),
    reach,
    met === null ? `not judged: ${why}` : met ? 'met' : 'NOT MET',
  ]);
  return `\n${table([['figure', 'ratio', 'reach', ''], ...lines], 1)}`;
}

/** @param {number} value three digits or more, or a count */
function number(value) {
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : value >= 0.1 ? 2 : 3);
}

/**
 * @param {string[][]} lines of equal length
 * @param {number} numbers how many columns after the first are set to the right
 */
function table(lines, numbers) {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const cell = (/** @type {string} */ text, /** @type {number} */ column) => {
    const width = widths[column] ?? 0;
    return column >= 1 && column <= numbers ? text.padStart(width) : text.padEnd(width);
  };
  return lines.map((line) => `  ${line.map(cell).join('  ').trimEnd()}\n`).join('');
}

/** What the contenders are, for the head of the report. */
export function legend(/** @type {string[]} */ names) {
  return names.map((name) => `  ${name}: ${contenders.get(name)?.what}\n`).join('');
}
