#!/usr/bin/env bash
# The step of action.yml: installs a release whose checksum is right, starts `zoomhook listen --detach`, and sets the
# outputs. It gets its inputs in the environment. Works with the bash 3.2 of macOS.
set -euo pipefail

fail() {
  echo "::error::$1"
  exit 1
}

# The name of this runner's platform in the names of the archives.
platform() {
  case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) echo x86_64-unknown-linux-gnu ;;
    Linux-ARM64) echo aarch64-unknown-linux-gnu ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    *) fail "There is no zoomhook for $RUNNER_OS on $RUNNER_ARCH." ;;
  esac
}

sha256_of() {
  if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Nothing of an archive with another checksum is unpacked.
install() {
  local name archive folder found
  [ -n "${ZOOMHOOK_SHA256:-}" ] || fail "The input sha256 is required with version."
  name="zoomhook-$(platform)"
  if [ "$RUNNER_OS" = Windows ]; then archive="$name.zip"; else archive="$name.tar.gz"; fi
  folder="$RUNNER_TEMP/zoomhook-$ZOOMHOOK_VERSION"
  mkdir -p "$folder"
  curl --fail --silent --show-error --location --retry 3 --output "$folder/$archive" \
    "$ZOOMHOOK_RELEASES/$ZOOMHOOK_VERSION/$archive" || fail "$archive cannot be downloaded."
  found=$(sha256_of "$folder/$archive")
  if [ "$found" != "$ZOOMHOOK_SHA256" ]; then
    rm "$folder/$archive"
    fail "$archive has the SHA-256 $found, and the input sha256 is $ZOOMHOOK_SHA256."
  fi
  case "$archive" in
    *.zip) unzip -q -o "$folder/$archive" -d "$folder" ;;
    *) tar -xzf "$folder/$archive" -C "$folder" ;;
  esac
  echo "$folder/$name" >> "$GITHUB_PATH"
  PATH="$folder/$name:$PATH"
}

# The value of a field of a line of NDJSON; nothing for null.
field() {
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

[ -z "${ZOOMHOOK_VERSION:-}" ] || install
command -v zoomhook > /dev/null || fail "zoomhook is not in PATH, and the input version is not set."

words=()
while IFS= read -r word; do
  [ -z "$word" ] || words+=("$word")
done <<< "${ZOOMHOOK_ARGS:-}"
[ -z "${ZOOMHOOK_SECRET_TOKEN:-}" ] || export ZOOM_WEBHOOK_SECRET_TOKEN="$ZOOMHOOK_SECRET_TOKEN"
unset ZOOMHOOK_SECRET_TOKEN

session=$(zoomhook listen --detach --format json ${words[@]+"${words[@]}"})
local_url=$(field local_url <<< "$session")
url=$(field url <<< "$session")
{
  echo "url=${url:-$local_url}"
  echo "local-url=$local_url"
} >> "$GITHUB_OUTPUT"
echo "zoomhook listens at ${url:-$local_url}."
