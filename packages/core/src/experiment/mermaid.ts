/**
 * The graph of an experiment as a Mermaid flowchart, which pages and editors draw.
 */
import { show } from '../config.js';
import type { ExperimentGraph, GraphEdge, GraphNode } from './describe.js';

/** The graph as a Mermaid flowchart; the feedback edge is dotted. */
export function toMermaid(graph: ExperimentGraph): string {
  const node = ({ id, role, name, config }: GraphNode) => {
    const lines = Object.entries(config).map(
      ([key, value]) => `${key}: ${typeof value === 'string' ? value : show(value)}`,
    );
    const title = `<b>${escaped(role)}</b>${role === name ? '' : ` ${escaped(name)}`}`;
    return `  ${id}["${[title, ...lines.map(escaped)].join('<br/>')}"]`;
  };
  const edge = ({ from, to, label, feedback }: GraphEdge) => {
    const arrow = feedback ? '-.->' : '-->';
    return `  ${from} ${arrow}${label === undefined ? '' : `|${label}|`} ${to}`;
  };
  return ['flowchart LR', ...graph.nodes.map(node), ...graph.edges.map(edge)].join('\n');
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', '#': '35' };
  return text.replace(/[&<>"#]/g, (sign) => `#${entities[sign]};`).replace(/\s+/g, ' ');
}
