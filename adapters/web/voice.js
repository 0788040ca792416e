"use strict";  // loaded only where speech is transcribed and the page may use a microphone
(() => {
  const $ = (id) => document.getElementById(id);
  const {tellBriefly, said, files} = window.pipit;
  const {style, most, seconds: limit, words} = window.pipitVoice;  // the server writes it before this script
  // The first format that the browser records. OGG is first, because every service takes it
  const TYPES = [["audio/ogg;codecs=opus", "ogg"], ["audio/webm;codecs=opus", "webm"], ["audio/mp4", "m4a"]];
  const HELD_MS = 500, LEAST_MS = 600, BITS = 32000, MARGIN = 200000;
  const make = (tag, facts, ...children) => {
    const made = Object.assign(document.createElement(tag), facts);
    made.append(...children);
    return made;
  };
  const control = (text, label, onclick) => {
    const button = make("button", {type: "button", textContent: text, onclick, title: label});
    button.setAttribute("aria-label", label);
    return button;
  };
  const shown = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

  const mic = control("", words.record, () => {}), bar = make("div", {id: "voice", hidden: true});
  mic.id = "mic";
  mic.innerHTML = '<svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/></svg>';
  let take = null;  // the recording that runs or waits to be sent

  async function begin() {
    const mine = take = {pieces: [], bytes: 0, ms: 0};
    try {
      mine.stream = await navigator.mediaDevices.getUserMedia({audio: {channelCount: 1, echoCancellation: true, noiseSuppression: true}});
      if (take !== mine) return release(mine);  // it was cancelled while the browser asked for permission
      const [type, ending] = TYPES.find(([one]) => MediaRecorder.isTypeSupported(one)) || ["", ""];
      mine.recorder = new MediaRecorder(mine.stream, {...(type && {mimeType: type}), audioBitsPerSecond: BITS});
      mine.ending = ending;
      mine.recorder.ondataavailable = (event) => {
        mine.pieces.push(event.data);
        mine.bytes += event.data.size;
        if (mine.bytes > most - MARGIN) finish();
      };
      mine.recorder.onerror = () => refuse(mine, words.broken);
      mine.recorder.onstop = () => preview(mine);
      mine.recorder.start(1000);
    } catch (error) {
      return refuse(mine, error.name === "NotAllowedError" ? words.denied : error.name === "NotFoundError" ? words.missing : words.broken);
    }
    mine.began = performance.now();
    show(true, control("×", words.discard, discard), timer(mine), control("■", words.finish, finish));
    bar.lastChild.focus({preventScroll: true});
    said.textContent = words.recording;
    if (mine.released) finish();
    return undefined;
  }

  function timer(mine) {
    const line = make("span", {textContent: shown(0)});
    line.setAttribute("role", "timer");
    mine.ticking = setInterval(() => {
      mine.ms = performance.now() - mine.began;
      line.textContent = shown(mine.ms);
      if (mine.ms >= limit * 1000) finish();
    }, 200);
    return line;
  }

  function finish() {
    if (!take?.recorder || take.recorder.state === "inactive") return;
    take.ms = performance.now() - take.began;
    take.recorder.stop();  // its last piece comes before `onstop`
    release(take);
  }

  function release(mine) {
    clearInterval(mine.ticking);
    mine.stream?.getTracks().forEach((track) => track.stop());
  }

  function preview(mine) {
    release(mine);
    if (take !== mine) return;
    if (mine.ms < LEAST_MS || !mine.bytes) return discard();
    const type = (mine.recorder.mimeType || mine.pieces[0].type || "audio/webm").split(";")[0];
    const ending = mine.ending || type.split("/")[1];
    mine.file = new File(mine.pieces, `voice.${ending}`, {type});
    mine.audio = new Audio(mine.url = URL.createObjectURL(mine.file));
    const play = control("▶", words.play, () => { if (mine.audio.paused) mine.audio.play(); else mine.audio.pause(); });
    const told = () => {
      play.textContent = mine.audio.paused ? "▶" : "❚❚";
      play.title = mine.audio.paused ? words.play : words.pause;
      play.setAttribute("aria-label", play.title);
    };
    mine.audio.onplay = mine.audio.onpause = mine.audio.onended = told;
    const length = make("span", {textContent: shown(mine.ms)});
    length.setAttribute("role", "timer");
    show(false, control("×", words.discard, discard), play, length, make("button", {type: "button", textContent: words.send, onclick: send}));
    bar.lastChild.focus({preventScroll: true});
  }

  async function send() {
    const {file} = take;
    end();
    if (await files.add(file)) $("ask").requestSubmit();
  }

  function refuse(mine, reason) {
    release(mine);
    if (take !== mine) return;
    end();
    said.textContent = reason;
    tellBriefly(reason, 10, true);
  }

  function discard() {
    const mine = take;
    end();
    if (mine?.recorder && mine.recorder.state !== "inactive") mine.recorder.stop();
    if (mine) release(mine);
    mic.focus({preventScroll: true});
  }

  function end() {
    take?.audio?.pause();
    if (take?.url) URL.revokeObjectURL(take.url);
    take = null;
    bar.hidden = true;
    bar.replaceChildren();
    mic.disabled = false;
  }

  function show(on, ...children) {
    bar.classList.toggle("on", on);
    bar.replaceChildren(...children);
    bar.hidden = false;
    mic.disabled = true;
  }

  // A tap begins a recording that another tap ends. A held button records until it is released

  let pressed = 0;
  mic.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || take) return;
    pressed = performance.now();
    begin();
  });
  addEventListener("pointerup", () => {
    if (!pressed) return;
    const held = performance.now() - pressed > HELD_MS;
    pressed = 0;
    if (!held || !take) return;
    if (take.began) finish();
    else take.released = true;
  });
  addEventListener("pointercancel", () => { pressed = 0; });
  mic.addEventListener("contextmenu", (event) => event.preventDefault());
  mic.addEventListener("click", () => { if (!take) begin(); });  // from a keyboard
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !take) return;
    event.stopPropagation();
    discard();
  }, true);
  $("ask").addEventListener("submit", (event) => {  // the button beside the box sends the recording too
    if (!take || $("send").dataset.stop) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (take.file) send();
    else finish();
  }, true);
  addEventListener("pagehide", () => { if (take) release(take); });

  document.head.append(make("style", {textContent: style}));
  $("send").before(mic);
  $("ask").before(bar);
})();
