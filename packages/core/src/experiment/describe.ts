/**
 * describe(): the graph of an experiment as data, and as a Mermaid picture. Read from the plan alone; nothing is run.
 */

import { show } from '../config.js';
import { SEARCHER } from '../search/searcher.js';
import { type Distribution, describeDistribution } from '../space/distribution.js';
import { ANALYZER } from '../training/analyzer.js';
import type { AnyProvider } from '../wiring/provider.js';
import { effectiveProviders } from '../wiring/wiring.js';
import type { ExperimentPlan } from './plan.js';

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
  const data = plan.data.steps.map((step, i) => ({ id: `data${i}`, role: 'data', ...step }));
  const parts = partsOf(plan);
  const [space, ...fixed] = fixedNodes(plan);
  const nodesOf = (some: readonly Part[]) => some.map(({ node }) => node);
  const edges: readonly GraphEdge[] = [
    ...data.slice(1).map(({ id }, i) => ({ from: `data${i}`, to: id })),
    { from: `data${data.length - 1}`, to: 'trainer', label: 'data' },
    ...parts.flatMap((part) => edgesOf(part, parts)),
    { from: 'model', to: 'trainer' },
    { from: 'trainer', to: 'objective', label: 'metrics' },
  ];
  return {
    name: plan.name,
    // the search comes first and feedback last: layouts then turn back the feedback edge and no other
    nodes: [
      space,
      ...nodesOf(parts.filter(isSearch)),
      ...data,
      ...fixed,
      ...nodesOf(parts.filter((part) => !isSearch(part))),
    ],
    edges: [...edges.filter(({ feedback }) => !feedback), ...edges.filter(({ feedback }) => feedback)],
  };
}

/** A provider and its place in the graph. */
interface Part {
  readonly provider: AnyProvider;
  readonly node: GraphNode;
}

/** The providers worth drawing: those that somebody asks for, and those that serve the trainer or are the search. */
function partsOf(plan: ExperimentPlan): readonly Part[] {
  const providers = effectiveProviders(`experiment "${plan.name}"`, plan.layers);
  const required = new Set(providers.flatMap(({ requires }) => requires.map(({ key }) => key)));
  const shown = providers.filter(
    ({ token: { key, consumer } }) =>
      required.has(key) || consumer === 'trainer' || key === SEARCHER.key || key === ANALYZER.key,
  );
  return shown.map((provider, i) => {
    const { token, name, config } = provider;
    return { provider, node: { id: `part${i}`, role: token.name, name, config } };
  });
}

function isSearch({ provider }: Part): boolean {
  return provider.token.key === SEARCHER.key;
}

/** The nodes that every experiment has, the space first. */
function fixedNodes({ space, objectives }: ExperimentPlan): readonly [GraphNode, ...GraphNode[]] {
  const distributions = Object.entries(space).map(
    ([name, distribution]) => [name, describeDistribution(distribution as Distribution)] as const,
  );
  const goals = objectives.map(({ direction, metric }) => `${direction} ${metric}`).join(', ');
  return [
    { id: 'space', role: 'space', name: 'space', config: Object.fromEntries(distributions) },
    { id: 'model', role: 'model', name: 'model', config: {} },
    { id: 'trainer', role: 'trainer', name: 'trainer', config: {} },
    { id: 'objective', role: 'objective', name: goals, config: {} },
  ];
}

/** What flows out of a part, and into it. */
function edgesOf({ provider, node: { id } }: Part, parts: readonly Part[]): readonly GraphEdge[] {
  const { key } = provider.token;
  if (key === SEARCHER.key) {
    return [
      { from: 'space', to: id },
      { from: id, to: 'model', label: 'params' },
      { from: id, to: 'trainer', label: 'params' },
      { from: 'objective', to: id, label: 'outcome', feedback: true },
    ];
  }
  if (key === ANALYZER.key) {
    return [
      { from: 'trainer', to: id, label: 'snapshots' },
      { from: id, to: 'objective', label: 'measurements' },
    ];
  }
  const users = parts.filter((other) => other.provider.requires.some((needed) => needed.key === key));
  // a trainer declares its roles only once it is built, so a part that no provider asks for is drawn at the trainer
  return users.length === 0 ? [{ from: id, to: 'trainer' }] : users.map(({ node }) => ({ from: id, to: node.id }));
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
  const entities: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', '#': '35' };
  return text.replace(/[&<>"#]/g, (sign) => `#${entities[sign]};`).replace(/\s+/g, ' ');
}
