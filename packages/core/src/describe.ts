/**
 * describe(): the graph of an experiment as data, and as a Mermaid picture. Read from the plan alone; nothing is run.
 */
import { ANALYZER } from './analyzer.js';
import { CLOCK } from './clock.js';
import { show } from './config.js';
import { type Distribution, describeDistribution } from './distribution.js';
import type { ExperimentPlan } from './plan.js';
import { SEARCHER } from './searcher.js';
import { effectiveProviders } from './wiring.js';

/** A part of the experiment. */
export interface GraphNode {
  readonly id: string;
  /** `data`, `space`, `model`, `trainer`, `objective`, or the role that a provider fills. */
  readonly role: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What flows from one part to another. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** True of the edge that closes the loop: outcomes back to the searcher. */
  readonly feedback?: boolean;
}

/** An experiment as a graph. */
export interface ExperimentGraph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * The graph of an experiment.
 *
 * *Cost*: O(parts). *Determinism*: a function of the description alone.
 */
export function describe({ plan }: { readonly plan: ExperimentPlan }): ExperimentGraph {
  const nodes: GraphNode[] = plan.data.steps.map((step, i) => ({ id: `data${i}`, role: 'data', ...step }));
  const edges: GraphEdge[] = nodes.slice(1).map((node, i) => ({ from: `data${i}`, to: node.id }));
  const node = (id: string, role: string, name: string, config: GraphNode['config'] = {}) =>
    nodes.push({ id, role, name, config });
  const edge = (from: string, to: string, label?: string, feedback?: boolean) =>
    edges.push({
      from,
      to,
      ...(label === undefined ? {} : { label }),
      ...(feedback === undefined ? {} : { feedback }),
    });

  const distributions = Object.entries(plan.space).map(
    ([key, dist]) => [key, describeDistribution(dist as Distribution)] as const,
  );
  node('space', 'space', 'space', Object.fromEntries(distributions));
  node('model', 'model', 'model');
  node('trainer', 'trainer', 'trainer');
  node('objective', 'objective', plan.objectives.map(({ direction, metric }) => `${direction} ${metric}`).join(', '));

  const providers = effectiveProviders(`experiment "${plan.name}"`, plan.layers).filter(
    ({ token }) => token.key !== CLOCK.key,
  );
  providers.forEach(({ token, name, config }, i) => {
    node(`part${i}`, token.name, name, config);
    if (token.key === SEARCHER.key) {
      edge('space', `part${i}`);
      edge(`part${i}`, 'model', 'params');
      edge('objective', `part${i}`, 'outcome', true);
    } else if (token.key === ANALYZER.key) {
      edge('trainer', `part${i}`, 'snapshots');
      edge(`part${i}`, 'objective', 'measurements');
    }
  });
  for (const [i, provider] of providers.entries()) {
    const users = providers.flatMap((other, j) =>
      other.requires.some(({ key }) => key === provider.token.key) ? [`part${j}`] : [],
    );
    for (const user of users) edge(`part${i}`, user);
    // a trainer declares its roles only once it is built, so a part that no provider asks for is drawn at the trainer
    if (users.length === 0 && provider.token.key !== SEARCHER.key && provider.token.key !== ANALYZER.key)
      edge(`part${i}`, 'trainer');
  }
  edge(`data${plan.data.steps.length - 1}`, 'trainer', 'data');
  edge('model', 'trainer');
  edge('trainer', 'objective', 'metrics');
  return { name: plan.name, nodes, edges };
}

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
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    '|': '&#124;',
  };
  return text.replace(/[&<>"|]/g, (sign) => entities[sign] as string).replace(/\s+/g, ' ');
}
