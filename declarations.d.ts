/** A node of the syntax tree, as rolldown's parser makes it. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

export interface Declaration {
  name: string;
  /** its comment */
  doc: string;
  text: string;
  /** where the text begins in its file */
  start: number;
  node: Node;
  /** the name it is exported by, if it is */
  exported: string | undefined;
}

export function declarationsOf(entry: string): Declaration[];
export function declarationFile(declarations: readonly Declaration[]): string;
