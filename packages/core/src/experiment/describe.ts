/**
 * describe(): the graph of an experiment as data. Read from the plan alone; nothing is run.
 */
import { EXECUTOR } from '../execution/executor.js';
import type { Objective } from '../search/objective.js';
import { PRUNER } from '../search/pruner.js';
import { SEARCHER } from '../search/searcher.js';
import { STOP_RULE } from '../search/stop-rule.js';
import { constraintsOf, type LessThan, type Where } from '../space/constraint.js';
import { type Distribution, describeDistribution } from '../space/distribution.js';
import { STORAGE } from '../storage/storage.js';
import { ANALYZER } from '../training/analyzer.js';
import type { AnyProvider } from '../wiring/provider.js';
import type { AnyToken } from '../wiring/token.js';
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
  /** True of an edge that closes a loop: outcomes back to the searcher, a pruner's word to the trainer. */
  readonly feedback?: boolean;
}

/** An experiment as a graph. */
export interface ExperimentGraph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** What can be described: an experiment, or a run of it, which knows its subscribers and, from its first trial on, its trainer. */
export interface Describable {
  readonly plan: ExperimentPlan;
  /** Names of the guarded subscribers, and how many listen to `events$` itself. */
  readonly listeners?: { readonly named: readonly string[]; readonly raw: number };
  /** The trainer's name: `adam`, `crossValidate(adam)`. */
  readonly trainerName?: string | undefined;
}

/**
 * The graph of an experiment or a run: data steps, space, model, trainer, objective, every part, and who listens.
 *
 * *Cost*: O(parts). *Determinism*: a function of the description alone; of a run also of who listens at the moment.
 */
export function describe({ plan, listeners, trainerName }: Describable): ExperimentGraph {
  const data = plan.data.steps.map((step, i) => ({ id: `data${i}`, role: 'data', ...step }));
  const parts = partsOf(plan);
  const audience = audienceOf(listeners);
  const search = parts.filter(isSearch);
  const edges: readonly GraphEdge[] = [
    ...data.slice(1).map(({ id }, i) => ({ from: `data${i}`, to: id })),
    { from: `data${data.length - 1}`, to: 'trainer', label: 'data' },
    ...parts.flatMap((part) => edgesOf(part, parts)),
    { from: 'model', to: 'trainer' },
    { from: 'trainer', to: 'objective', label: 'metrics' },
    ...audience.map(({ id }) => ({ from: 'objective', to: id, label: 'events' })),
  ];
  return {
    name: plan.name,
    // the search comes first and feedback last: layouts then turn back the feedback edges and no other
    nodes: [
      spaceNode(plan),
      ...search.map(({ node }) => node),
      ...data,
      { id: 'model', role: 'model', name: 'model', config: {} },
      { id: 'trainer', role: 'trainer', name: trainerName ?? 'trainer', config: {} },
      objectiveNode(plan),
      ...parts.filter((part) => !isSearch(part)).map(({ node }) => node),
      ...audience,
    ],
    edges: [...edges.filter(({ feedback }) => !feedback), ...edges.filter(({ feedback }) => feedback)],
  };
}

/** A provider and its place in the graph. */
interface Part {
  readonly provider: AnyProvider;
  readonly node: GraphNode;
}

/** What flows to and from the parts that the run itself asks for, by their roles. */
const RUN_EDGES: readonly (readonly [AnyToken, (id: string, search: string) => readonly GraphEdge[]])[] = [
  [
    SEARCHER,
    (id) => [
      { from: 'space', to: id },
      { from: id, to: 'model', label: 'params' },
      { from: id, to: 'trainer', label: 'params' },
      { from: 'objective', to: id, label: 'outcome', feedback: true },
    ],
  ],
  [
    ANALYZER,
    (id) => [
      { from: 'trainer', to: id, label: 'snapshots' },
      { from: id, to: 'objective', label: 'measurements' },
    ],
  ],
  [
    PRUNER,
    (id) => [
      { from: 'trainer', to: id, label: 'curve' },
      { from: id, to: 'trainer', label: 'ends', feedback: true },
    ],
  ],
  [
    STOP_RULE,
    (id, search) => [
      { from: 'objective', to: id, label: 'outcomes' },
      { from: id, to: search, label: 'ends', feedback: true },
    ],
  ],
  [STORAGE, (id) => [{ from: 'objective', to: id, label: 'events' }]],
  [EXECUTOR, (id) => [{ from: id, to: 'trainer', label: 'runs' }]],
];

/** The default executor runs trials where everything else runs: there is nothing to draw. */
const UNDRAWN = 'inProcess';

/** The providers worth drawing: those that somebody asks for, and those that serve the trainer or the search. */
function partsOf(plan: ExperimentPlan): readonly Part[] {
  const providers = effectiveProviders(`experiment "${plan.name}"`, plan.layers);
  const required = new Set(providers.flatMap(({ requires }) => requires.map(({ key }) => key)));
  const shown = providers.filter(
    ({ token, name }) =>
      required.has(token.key) ||
      token.consumer === 'trainer' ||
      (runEdges(token) !== undefined && !(token.key === EXECUTOR.key && name === UNDRAWN)),
  );
  return shown.map((provider, i) => {
    const { token, name, config } = provider;
    return { provider, node: { id: `part${i}`, role: token.name, name, config } };
  });
}

function runEdges({ key }: AnyToken) {
  return RUN_EDGES.find(([token]) => token.key === key)?.[1];
}

function isSearch({ provider }: Part): boolean {
  return provider.token.key === SEARCHER.key;
}

/** What flows out of a part, and into it. */
function edgesOf({ provider, node: { id } }: Part, parts: readonly Part[]): readonly GraphEdge[] {
  const { token } = provider;
  const ofRun = runEdges(token);
  if (ofRun !== undefined) return ofRun(id, parts.find(isSearch)?.node.id ?? 'space');
  const users = parts.filter((other) => other.provider.requires.some((needed) => needed.key === token.key));
  // a trainer declares its roles only once it is built, so a part that no provider asks for is drawn at the trainer
  return users.length === 0 ? [{ from: id, to: 'trainer' }] : users.map(({ node }) => ({ from: id, to: node.id }));
}

function spaceNode({ space }: ExperimentPlan): GraphNode {
  const distributions = Object.entries(space).map(
    ([name, distribution]) => [name, describeDistribution(distribution as Distribution)] as const,
  );
  const where = constraintsOf(space).map(describeWhere);
  const config = Object.fromEntries(distributions);
  return {
    id: 'space',
    role: 'space',
    name: 'space',
    config: where.length === 0 ? config : { ...config, where: where.join(' and ') },
  };
}

/** A constraint as the user wrote it. */
function describeWhere(where: Where<never>): string {
  const { kind, parameters } = where as Partial<LessThan<string, string>>;
  return kind === 'lessThan' ? `${parameters?.join(' < ')}` : String(where).replace(/\s+/g, ' ');
}

function objectiveNode({ objectives, policy }: ExperimentPlan): GraphNode {
  const goal = ({ direction, metric, at }: Objective) => `${direction} ${metric}${at === 'best' ? ' (best)' : ''}`;
  const bounds = (policy.constraints ?? []).map(
    ({ metric, bound, sense }) => `${metric} ${sense === 'atMost' ? '<=' : '>='} ${bound}`,
  );
  const config = bounds.length === 0 ? {} : { subjectTo: bounds.join(' and ') };
  return { id: 'objective', role: 'objective', name: objectives.map(goal).join(', '), config };
}

/** Those who listen. */
function audienceOf(
  { named, raw }: NonNullable<Describable['listeners']> = { named: [], raw: 0 },
): readonly GraphNode[] {
  const guarded = named.map((name, i) => ({ id: `subscriber${i}`, role: 'subscriber', name, config: {} }));
  if (raw === 0) return guarded;
  return [...guarded, { id: 'events', role: 'subscriber', name: 'events$', config: { observers: raw } }];
}
