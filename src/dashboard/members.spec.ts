import { afterEach, beforeEach, expect, it } from '@jest/globals';

/** As much of an element as the page uses. */
class FakeElement {
  children: (FakeElement | string)[] = [];
  readonly attributes = new Map<string, string>();

  constructor(readonly name: string) {}

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  append(...children: (FakeElement | string)[]): void {
    this.children.push(...children);
  }

  replaceChildren(...children: (FakeElement | string)[]): void {
    this.children = children;
  }

  get text(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.text)).join('|');
  }

  all(name: string): FakeElement[] {
    const elements = this.children.filter((child) => typeof child !== 'string');
    return elements.flatMap((child) => [...(child.name === name ? [child] : []), ...child.all(name)]);
  }
}

const page = globalThis as { document?: unknown };
let list: FakeElement;
beforeEach(() => {
  list = new FakeElement('ol');
  page.document = {
    createElement: (name: string) => new FakeElement(name),
    getElementById: () => list,
  };
});
afterEach(() => {
  delete page.document;
});

it('tells the role of each member, and leads to those that have a page', async () => {
  const script = String(new URL('page/members.js', import.meta.url));
  const { showMembers } = (await import(script)) as { showMembers: (report: object) => void };
  const members = ['both', 'gateway', 'storage'].map((role, index) => {
    const [name, url] = [`s${index}`, `http://s${index}`];
    return { id: name, name, url, ring: `${name}:1`, priority: index, role, state: 'up' };
  });
  showMembers({ members, self: 's0' });
  const entries = list.all('li').map(({ text }) => /role \|(\w+)/.exec(text)?.[1]);
  expect(entries).toEqual(['both', 'gateway', 'storage']);
  expect(list.all('a').map(({ attributes }) => attributes.get('href'))).toEqual(['http://s0', 'http://s1']);
});
