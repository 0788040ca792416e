#!/bin/sh
# Install Debian's Chromium and its driver where they are missing and this user may; else say what to install.
set -eu
if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then exit 0; fi
echo "Installing Chromium and ChromeDriver for the browser tests: a minute or two, the first time only."
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium chromium-driver fonts-noto-core >/dev/null
else
  echo "The browser tests need /usr/bin/chromium and /usr/bin/chromedriver (on Debian: apt install chromium chromium-driver)" >&2
  exit 1
fi
