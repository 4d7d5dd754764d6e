/* Tables of words alone arrive as data (components/written.py) and are made here, cell by cell; words stay words. */
(function () {
  "use strict";
  const TAGS = ["Table", "Thead", "Tbody", "Tr", "Td", "Th", "Span", "Small", "Strong"];

  function made(node) {
    if (typeof node === "string") return document.createTextNode(node);
    const [tag, carried, parts] = node;
    const element = document.createElement(TAGS.includes(tag) ? tag : "span");
    const { style, ...others } = carried;
    Object.assign(element, others);
    Object.entries(style || {}).forEach(([name, value]) =>
      name.startsWith("--") ? element.style.setProperty(name, value) : (element.style[name] = value)
    );
    element.append(...parts.map(made));
    return element;
  }

  function write(place) {
    place.replaceChildren(made(JSON.parse(place.dataset.table)));
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") write(change.target);
      for (const node of change.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        if (node.dataset.table) write(node);
        node.querySelectorAll("[data-table]").forEach(write);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-table"] });
})();
