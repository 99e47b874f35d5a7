/**
 * The only place that creates elements. Text becomes text nodes and attributes are set one by one, so that no instance name and no user
 * agent can become markup.
 */
import { toVisible } from './to-visible.ts';

export type Child = Node | string | null | undefined | false;
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** An attribute with the value `null`, `undefined` or `false` is omitted; `true` sets an empty attribute. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  return fill(document.createElementNS(svgNamespace, tag) as SVGElement, attributes, children);
}

function fill<Made extends Element>(element: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child): child is Node | string => isChild(child)).map(toNode));
  return element;
}

const isChild = (child: Child) => child !== null && child !== undefined && child !== false;

function toNode(child: Node | string): Node {
  return typeof child === 'string' ? document.createTextNode(toVisible(child)) : child;
}

/** Throws if body.html has no such element. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element ${id}`);
  return element;
}

export function field(id: string): HTMLInputElement | HTMLSelectElement {
  const element = byId(id);
  if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) return element;
  throw new Error(`${id} is no field`);
}
