"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const {post, tellBriefly, turn} = window.pipit;
  const {style, most, mostFiles, words} = window.pipitUploads;  // the server writes it before this script
  const make = (tag, facts) => Object.assign(document.createElement(tag), facts);
  const button = make("button", {id: "attach", type: "button", textContent: "+", title: words.attach});
  const input = make("input", {type: "file", multiple: true, hidden: true}), chips = make("ul", {id: "chips"});
  const PIECE = 200000, SIDE = 1600, READY = 400000, TRIES = 4;
  let list = [];

  const filled = (said, name) => said.replace("{name}", name).replace("{most}", Math.floor(most / 1e6));
  const pause = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

  // A photo is scaled before it is sent: a phone's network is slow, and a model needs no more

  async function scaled(file) {
    if (!/^image\/(jpeg|png|webp|avif|heic|heif|bmp)$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, {imageOrientation: "from-image"});
      const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size < READY && /jpeg|png/.test(file.type)) return file;
      const canvas = Object.assign(document.createElement("canvas"), {
        width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)),
      });
      const drawing = canvas.getContext("2d");
      drawing.fillStyle = "#fff";
      drawing.fillRect(0, 0, canvas.width, canvas.height);
      drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return await new Promise((done) => { canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85); });
    } catch (error) {
      return file;  // this browser cannot read it; the server may
    }
  }

  async function preview(one, blob) {
    if (!blob.type.startsWith("image/") || blob.size > 2 * most) return;
    const reader = new FileReader();
    reader.onload = () => { one.chip.prepend(Object.assign(document.createElement("img"), {src: reader.result, alt: ""})); };
    reader.readAsDataURL(blob);
  }

  function add(file) {
    const one = {name: file.name || "photo.jpg", stop: new AbortController(), id: "", done: false};
    one.chip = document.createElement("li");
    const name = document.createElement("span"), off = document.createElement("button");
    one.bar = document.createElement("progress");
    name.textContent = one.name;
    Object.assign(off, {type: "button", textContent: "×"});
    off.setAttribute("aria-label", filled(words.remove, one.name));
    off.onclick = () => remove(one);
    one.chip.append(name, one.bar, off);
    chips.append(one.chip);
    list.push(one);
    return send(one, file).then(() => true, () => {
      if (one.stop.signal.aborted) return false;
      one.chip.classList.add("bad");
      one.bar.remove();
      tellBriefly(filled(one.large ? words.large : words.failed, one.name), 8, true);
      return false;
    });
  }

  async function send(one, file) {
    const blob = await scaled(file);
    preview(one, blob);
    one.large = blob.size > most;
    if (one.large) throw new Error("large");
    const begun = await tried(one, () => post("upload", {name: one.name, type: blob.type || file.type || "", size: blob.size}));
    one.id = (await begun.json()).id;
    one.bar.max = blob.size;
    for (let at = 0; at < blob.size; at += PIECE) {
      const piece = blob.slice(at, at + PIECE);
      await tried(one, () => fetch(`upload/${one.id}/${at}`, {
        method: "POST", headers: {"Content-Type": "application/octet-stream"}, body: piece, signal: one.stop.signal,
      }));
      one.bar.value = at + piece.size;
    }
    one.done = true;
    one.bar.remove();
    turn();
  }

  async function tried(one, call) {  // a lost piece is sent again; the server ignores a repetition
    for (let number = 1; ; number += 1) {
      const answer = await call().catch(() => null);
      if (one.stop.signal.aborted) throw new Error("removed");
      if (answer && answer.ok) return answer;
      if (answer && answer.status === 401) location.reload();
      if (number >= TRIES || (answer && [400, 404].includes(answer.status))) throw new Error("failed");
      await pause(number);
    }
  }

  function remove(one) {
    one.stop.abort();
    one.chip.remove();
    list = list.filter((other) => other !== one);
    turn();
  }

  function choose(files) {
    const room = mostFiles - list.length;
    [...files].slice(0, room).forEach(add);
    turn();
  }

  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => { choose(input.files); input.value = ""; });
  $("text").addEventListener("paste", (event) => {
    const files = event.clipboardData ? event.clipboardData.files : [];
    if (files.length) { event.preventDefault(); choose(files); }
  });
  document.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) { event.preventDefault(); choose(event.dataTransfer.files); }
  });

  window.pipit.files = {
    add,  // returns whether the whole file was sent
    count: () => list.length,
    busy: () => {
      const busy = list.some((one) => !one.done);
      if (busy) tellBriefly(words.uploading, 4);
      return busy;
    },
    take: () => {
      const taken = list;
      list = [];
      chips.replaceChildren();
      return taken.map(({id, name}) => ({id, name}));
    },
  };
  button.setAttribute("aria-label", words.attach);
  document.head.append(make("style", {textContent: style}));
  $("ask").prepend(button, input);
  $("ask").before(chips);
  const voice = document.body.dataset.voice;
  if (voice && isSecureContext && navigator.mediaDevices && window.MediaRecorder) document.head.append(make("script", {src: voice}));
})();
