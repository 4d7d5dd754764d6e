/* Words arrive as data (components/written.py) and become elements here, one by one; words stay words. */
(function () {
  "use strict";
  const TAGS = [
    "A", "Button", "Details", "Div", "I", "Li", "P", "Small", "Span", "Strong", "Summary", "Table", "Tbody", "Td",
    "Th", "Thead", "Tr", "Ul",
  ];
  const mine = new WeakMap(); /* what was made here in each place; what React puts there is its own */

  function carry(element, name, value) {
    if (name === "style")
      Object.entries(value).forEach(([rule, how]) =>
        rule.startsWith("--") ? element.style.setProperty(rule, how) : (element.style[rule] = how)
      );
    else if (name === "href") element.href = value.startsWith("/") ? window.trialboard.below(value) : value;
    else if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }

  function made(node) {
    if (typeof node === "string") return document.createTextNode(node);
    const [tag, carried, parts] = node;
    const element = document.createElement(TAGS.includes(tag) ? tag : "span");
    Object.entries(carried).forEach(([name, value]) => carry(element, name, value));
    element.append(...parts.map(made));
    return element;
  }

  function write(place) {
    (mine.get(place) || []).forEach((element) => element.remove());
    const elements = JSON.parse(place.dataset.written || "[]").map(made);
    mine.set(place, elements);
    place.append(...elements);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") write(change.target);
      for (const node of change.addedNodes) {
        if (!(node instanceof HTMLElement)) continue; /* figures add lines by the thousand */
        if (node.dataset.written) write(node);
        node.querySelectorAll("[data-written]").forEach(write);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-written"] });
})();
