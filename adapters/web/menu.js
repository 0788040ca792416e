"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const {post, panel} = window.pipit, choices = $("choices"), done = $("done");

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
      done.textContent = JSON.parse(document.body.dataset.words).offline;
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
  $("menu").addEventListener("pointerdown", load);  // so that it is there when the finger leaves
  window.pipitMenu = {open: () => { done.textContent = ""; return load(); }};
})();
