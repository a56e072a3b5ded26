import { parseAst } from 'vitest/node';

/** One piece of a source, from which character to which (excluded). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  // biome-ignore lint/suspicious/noExplicitAny: the other properties depend on the type.
  readonly [property: string]: any;
}

export function parsed(text: string): SyntaxNode {
  return parseAst(text, { lang: 'ts' }) as unknown as SyntaxNode;
}

/** Every node that is there when the program runs, with those around it, the innermost last. */
export function* nodesOf(
  node: SyntaxNode,
  around: readonly SyntaxNode[] = [],
): Generator<{ node: SyntaxNode; around: readonly SyntaxNode[] }> {
  // `x as T`, `x!` and `x satisfies T` are all of types that stands around values.
  if (node.type.startsWith('TS') && node.expression === undefined) return;
  if (node.importKind === 'type' || node.exportKind === 'type') return;
  yield { node, around };
  for (const child of Object.values(node).flat())
    if (typeof child?.type === 'string' && typeof child.start === 'number')
      yield* nodesOf(child, [...around, node]);
}

/** The line of a character, from 1. */
export function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
