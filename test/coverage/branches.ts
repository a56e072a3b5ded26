import { nodesOf, parsed, type SyntaxNode } from './syntax.ts';

/** One way that execution can take, and how often it did. */
export interface Branch {
  /** Where it starts. */
  readonly at: number;
  readonly kind: string;
  readonly count: number;
}

/**
 * The branches of a source as Istanbul counts them: both sides of each `if`, written or not, and of `? :`, every operand of
 * `&&`, `||` and `??`, every case of a `switch`, and every default of a parameter or a destructured name.
 */
export function branchesOf(text: string, countAt: (position: number) => number): Branch[] {
  const found: Branch[] = [];
  const add = (kind: string, node: SyntaxNode) => {
    // V8 counts a block from behind its brace.
    const inside = node.type === 'BlockStatement' ? 1 : 0;
    found.push({ at: node.start, kind, count: countAt(node.start + inside) });
  };
  for (const { node, around } of nodesOf(parsed(text))) {
    if (node.type === 'IfStatement') {
      add('if', node.consequent);
      if (node.alternate !== null) add('else', node.alternate);
      else {
        const taken = found.at(-1)?.count ?? 0;
        found.push({ at: node.start, kind: 'no else', count: countAt(node.start) - taken });
      }
    } else if (node.type === 'ConditionalExpression') {
      add('?', node.consequent);
      add(':', node.alternate);
    } else if (node.type === 'LogicalExpression') {
      if (around.at(-1)?.type !== 'LogicalExpression')
        for (const operand of operandsOf(node)) add('operand', operand);
    } else if (node.type === 'SwitchCase') {
      found.push({ at: node.start, kind: 'case', count: countAt(node.start) });
    } else if (node.type === 'AssignmentPattern') add('default', node.right);
  }
  return found;
}

/** `a && b && (c || d)` is one place with four operands. */
function operandsOf(node: SyntaxNode): SyntaxNode[] {
  return node.type === 'LogicalExpression' ? [node.left, node.right].flatMap(operandsOf) : [node];
}
