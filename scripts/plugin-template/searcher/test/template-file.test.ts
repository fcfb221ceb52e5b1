/**
 * The laws that every searcher must keep. Add a test of what this one promises beyond them.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Searcher, usePlugins } from '@tangentlab/core';
import { searcherLaws } from '@tangentlab/testkit';
import { plugin, templateName } from '../src/index.js';

// suites register with the global functions of a test runner
Object.assign(globalThis, { describe, test });

const searcher = () => (templateName().create as () => Searcher)();

searcherLaws('templateName', searcher);

test('the plugin offers it by name', () => {
  assert.equal(usePlugins(plugin).pick('searcher', 'templateName')().name, 'templateName');
});

test('an "explore" out of range is refused', () => {
  assert.throws(() => templateName({ explore: 2 }), { code: 'CONFIG_INVALID' });
});
