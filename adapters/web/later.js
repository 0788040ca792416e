"use strict";  // loaded after the page is shown: the menu and the copy buttons
(() => {
  const $ = (id) => document.getElementById(id);
  const {post, panel, log, said, words} = window.pipit, choices = $("choices"), done = $("done");

  async function load() {
    const answer = await fetch("menu").catch(() => null);
    if (answer && answer.status === 401) return location.reload();
    if (!answer || !answer.ok) return undefined;
    const held = panel.scrollTop;
    choices.innerHTML = await answer.text();
    const shown = new Intl.DateTimeFormat(document.documentElement.lang, {dateStyle: "medium", timeStyle: "short"});
    choices.querySelectorAll("time").forEach((one) => { one.textContent = shown.format(new Date(one.dateTime)); });
    panel.scrollTop = held;
    return undefined;
  }

  async function choose(command, value, control) {
    control.disabled = true;
    panel.setAttribute("aria-busy", "true");
    done.textContent = "…";
    try {
      const answer = await post("menu", {command, value});
      const data = answer.ok ? await answer.json() : {};
      done.textContent = data.word || "";
      if (data.file) {
        const link = Object.assign(document.createElement("a"), {href: data.file, download: ""});
        link.click();
      }
      if (answer.ok && (command === "chats" || command === "erase")) panel.close();
      else await load();
    } catch (error) {
      done.textContent = words.offline;
    } finally {
      control.disabled = false;
      panel.removeAttribute("aria-busy");
    }
  }

  choices.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) choose(button.dataset.do, button.dataset.value || "", button);
  });
  choices.addEventListener("change", (event) => {
    if (event.target.matches("select")) choose(event.target.dataset.do, event.target.value, event.target);
  });
  choices.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.querySelector("textarea");
    choose(event.target.dataset.do, field.value.trim() || "off", event.submitter || field);
  });
  // Code has a button that copies it, and so has an answer that has ended

  function dress(article) {
    const places = [...article.querySelectorAll("figure")];
    if (!article.hasAttribute("aria-busy") && article.querySelector(".answer").hasChildNodes()) places.push(article.querySelector(".foot"));
    places.filter((one) => !one.querySelector(":scope > .copy")).forEach((one) => {
      one.append(Object.assign(document.createElement("button"), {type: "button", className: "copy", textContent: words.copy}));
    });
  }

  // A selection is copied with its tables and bold words, and also where the page has no HTTPS
  function copy(node, button) {
    const selection = getSelection(), hidden = [...node.querySelectorAll(".copy")];
    hidden.forEach((one) => { one.hidden = true; });
    selection.selectAllChildren(node);
    const copied = document.execCommand("copy");
    selection.removeAllRanges();
    hidden.forEach((one) => { one.hidden = false; });
    if (copied) said.textContent = button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 2000);
  }
  log.addEventListener("click", (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const code = button.closest("figure");
    copy(code ? code.querySelector("pre") : button.closest("article").querySelector(".answer"), button);
  });
  log.querySelectorAll("article").forEach(dress);

  // A phone asks for these only when the page is put on its home screen
  document.head.insertAdjacentHTML("beforeend", '<link rel="manifest" href="manifest.webmanifest"><link rel="apple-touch-icon" href="icon-192.png">');
  window.pipitLater = {dress, open: () => { done.textContent = ""; return load(); }};
})();
