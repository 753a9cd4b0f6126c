// Language and filters of a report. Without this script every item is on the page, in one language.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const page = document.documentElement;
  const items = [...document.querySelectorAll(".item")];
  const filters = document.getElementById("filters");
  const text = document.getElementById("text");
  const boxes = [...filters.querySelectorAll("input[type=checkbox]")];
  const groups = ["state", "due", "guideline", "stage"];
  const opening = page.lang;
  const words = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));

  const chosen = (group) => boxes.filter((box) => box.name === group && box.checked)
    .map((box) => box.value);

  const setLanguage = (language) => {
    page.lang = language;
    document.title = language === "fr" ? page.dataset.titleFr : page.dataset.titleEn;
    for (const button of document.querySelectorAll("[data-language]"))
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
  };

  // The address keeps what was chosen, so that a view can be passed on.
  const keep = () => {
    const parameters = new URLSearchParams();
    for (const group of groups)
      if (chosen(group).length > 0) parameters.set(group, chosen(group).join(","));
    if (text.value.trim() !== "") parameters.set("text", text.value.trim());
    if (page.lang !== opening) parameters.set("lang", page.lang);
    const kept = parameters.toString();
    history.replaceState(null, "", kept === "" ? location.pathname + location.search : "#?" + kept);
  };

  const show = () => {
    const wanted = new Map(groups.map((group) => [group, chosen(group)]));
    const sought = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const passes = groups.every((group) => wanted.get(group).length === 0 ||
          wanted.get(group).includes(item.dataset[group])) &&
        sought.every((word) => words.get(item).includes(word));
      item.hidden = !passes;
      if (passes) shown += 1;
    }
    for (const section of document.querySelectorAll(".guideline"))
      section.hidden = section.querySelector(".item:not([hidden])") === null;
    document.getElementById("none").hidden = shown > 0;
    for (const status of document.querySelectorAll("#shown span"))
      status.textContent = status.textContent.replace(/^\d+/, String(shown));
  };

  const restore = () => {
    if (!location.hash.startsWith("#?")) {
      const item = document.getElementById(location.hash.slice(1));
      if (item !== null && item.matches(".item")) {
        if (item.hidden) clear();
        item.open = true;
        item.scrollIntoView();
      }
      return;
    }
    const parameters = new URLSearchParams(location.hash.slice(2));
    for (const box of boxes)
      box.checked = (parameters.get(box.name) || "").split(",").includes(box.value);
    text.value = parameters.get("text") || "";
    if (["en", "fr"].includes(parameters.get("lang"))) setLanguage(parameters.get("lang"));
    show();
  };

  const clear = () => {
    for (const box of boxes) box.checked = false;
    text.value = "";
    show();
  };

  for (const button of document.querySelectorAll("[data-language]"))
    button.addEventListener("click", () => {
      setLanguage(button.dataset.language);
      keep();
    });
  filters.addEventListener("input", () => {
    show();
    keep();
  });
  document.getElementById("clear").addEventListener("click", () => {
    clear();
    keep();
  });
  const openShown = (open) => {
    for (const item of items) if (!item.hidden) item.open = open;
  };
  document.getElementById("open").addEventListener("click", () => openShown(true));
  document.getElementById("close").addEventListener("click", () => openShown(false));

  // A number of the overview shows its items.
  for (const link of document.querySelectorAll("a.count"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      clear();
      for (const box of boxes) box.checked = link.dataset[box.name] === box.value;
      show();
      keep();
      const heading = document.getElementById("items-name");
      heading.tabIndex = -1;
      heading.focus();
      heading.scrollIntoView();
    });

  // On paper everything that is shown is open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = items.filter((item) => !item.open);
    for (const item of closed) item.open = true;
  });
  addEventListener("afterprint", () => {
    for (const item of closed) item.open = false;
  });

  addEventListener("hashchange", restore);
  document.getElementById("languages").hidden = false;
  filters.hidden = false;
  setLanguage(page.lang);
  restore();
});
