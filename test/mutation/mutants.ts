import { lineOf, nodesOf, parsed, type SyntaxNode } from '../coverage/syntax.ts';

/** One small change of a source. */
export interface Mutant {
  /** Below the checkout. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const SWAPS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
};
const COMPARISONS = new Set(['<', '<=', '>', '>=', '===', '!==', '==', '!=']);

type Change = readonly [where: { readonly start: number; readonly end: number }, after: string];

/** Every mutant of a source. What is only wording is left alone: no test should know it by heart. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const mutants: Mutant[] = [];
  for (const { node, around } of nodesOf(parsed(text))) {
    if ([...around, node].some(isFailpoint)) continue;
    for (const [{ start, end }, after] of changesOf(node, around, text)) {
      const before = text.slice(start, end);
      const mutated = text.slice(0, start) + after + text.slice(end);
      if (before !== after && isSound(mutated))
        mutants.push({ file, line: lineOf(text, start), start, end, before, after });
    }
  }
  return mutants;
}

export function mutated(text: string, { start, end, after }: Mutant): string {
  return text.slice(0, start) + after + text.slice(end);
}

function isSound(text: string): boolean {
  try {
    parsed(text);
    return true;
  } catch {
    return false;
  }
}

function changesOf(node: SyntaxNode, around: readonly SyntaxNode[], text: string): Change[] {
  const shown = ({ start, end }: SyntaxNode) => text.slice(start, end);
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [
        [node.test, 'true'],
        [node.test, 'false'],
      ];
    case 'WhileStatement':
      return [[node.test, 'false']];
    case 'ForStatement':
      return node.test === null ? [] : [[node.test, 'false']];
    case 'BinaryExpression':
      return isJoiningText(node) ? [] : swapped(node, text);
    case 'LogicalExpression':
      if (node.operator !== '??') return swapped(node, text);
      return [
        [node, shown(node.left)],
        [node, shown(node.right)],
      ];
    case 'UnaryExpression':
      return node.operator === '!' ? [[node, shown(node.argument)]] : [];
    case 'ReturnStatement':
      return node.argument !== null && isCondition(node.argument)
        ? [[node.argument, `!(${shown(node.argument)})`]]
        : [];
    case 'ExpressionStatement':
      return node.directive == null && node.expression.callee?.type !== 'Super' ? [[node, ';']] : [];
    case 'ThrowStatement':
    case 'ContinueStatement':
    case 'BreakStatement':
      return [[node, ';']];
    case 'ArrayExpression':
      return node.elements.length === 0 ? [] : [[node, '[]']];
    case 'MemberExpression': {
      const other = SWAPS[node.property.name];
      return [
        ...(other !== undefined && !node.computed ? [[node.property, other] as const] : []),
        ...(node.optional ? [[node, shown(node).replace('?.', '.')] as const] : []),
      ];
    }
    case 'TemplateLiteral':
      return isWording(node, around) ? [] : [[node, "''"]];
    case 'Literal':
      return literal(node, around);
    default:
      return [];
  }
}

function literal(node: SyntaxNode, around: readonly SyntaxNode[]): Change[] {
  const parent = around.at(-1);
  const isName = parent?.key === node || parent?.type.startsWith('Import') || parent?.source === node;
  if (isName) return [];
  if (typeof node.value === 'boolean') return [[node, String(!node.value)]];
  if (typeof node.value === 'number')
    return [
      [node, String(node.value + 1)],
      [node, `(${node.value - 1})`],
    ];
  const isText = typeof node.value === 'string' && node.value !== '';
  return isText && parent?.type !== 'ExpressionStatement' && !isWording(node, around) ? [[node, "''"]] : [];
}

/** The operator stands between the two sides, perhaps beside a bracket. */
function swapped({ left, right, operator }: SyntaxNode, text: string): Change[] {
  const after = SWAPS[operator as string];
  const at = text.slice(0, right.start).lastIndexOf(operator);
  return after === undefined || at < left.end ? [] : [[{ start: at, end: at + operator.length }, after]];
}

function isJoiningText({ operator, left, right }: SyntaxNode): boolean {
  const isText = ({ type, value }: SyntaxNode) => type === 'TemplateLiteral' || typeof value === 'string';
  return operator === '+' && (isText(left) || isText(right));
}

function isCondition({ type, operator }: SyntaxNode): boolean {
  if (type === 'LogicalExpression') return operator !== '??';
  return (type === 'UnaryExpression' && operator === '!') || COMPARISONS.has(operator);
}

/** The sentences of an error, its hint, and what a setting is for. */
function isWording(node: SyntaxNode, around: readonly SyntaxNode[]): boolean {
  return [...around, node].some(
    ({ type, callee, key }) =>
      (type === 'NewExpression' && /(Error|Problem)$/.test(callee.name ?? '')) ||
      (type === 'CallExpression' && callee.property?.name === 'describe') ||
      (type === 'Property' && ['hint', 'note', 'title', 'message'].includes(key.name)),
  );
}

/** Where tests can stop the program: nothing that it does. */
function isFailpoint({ type, callee, expression }: SyntaxNode): boolean {
  return (expression?.callee ?? (type === 'CallExpression' ? callee : undefined))?.name === 'failpoint';
}
