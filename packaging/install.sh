#!/bin/sh
# Installs zoomhook from a release. The archive is unpacked only if its checksum is right.
#
#   curl -fsSL https://example.com/zoomhook/releases/latest/download/install.sh | sh
#   curl -fsSL https://example.com/zoomhook/releases/latest/download/install.sh | sh -s -- --version 1.2.3 --to ~/bin
set -eu

ADDRESS=https://example.com/zoomhook

usage() {
    cat <<'END'
Installs zoomhook for the current user.

Options:
  --version VERSION  a release such as 1.2.3 (default: the latest one)
  --to FOLDER        where the program goes (default: ~/.local/bin)
  --from URL         where the releases are, for a mirror
  --help             prints this text
END
}

# Prints what is wrong and what to do, and ends.
fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    for hint in "$@"; do printf '  %s\n' "$hint" >&2; done
    exit 1
}

is_there() { command -v "$1" > /dev/null 2>&1; }

# Everything is in functions, so that nothing runs if only a part of this file arrives.
main() {
    version=latest folder="${HOME:-}/.local/bin" releases="$ADDRESS/releases"
    while [ $# -gt 0 ]; do
        case "$1" in
            --help) usage; exit 0 ;;
            --version | --to | --from) [ $# -ge 2 ] || fail "$1 needs a value" ;;
            *) fail "unknown option $1" "See the options: --help" ;;
        esac
        case "$1" in
            --version) version="${2#v}" ;;
            --to) folder="$2" ;;
            --from) releases="${2%/}" ;;
        esac
        shift 2
    done
    check_address "$releases"

    find_target
    name="zoomhook-$target"
    case "$version" in
        latest) downloads="$releases/latest/download" ;;
        *) downloads="$releases/download/v$version" ;;
    esac

    check_folder
    # Beside the destination, so that the last step is a rename: a program that runs is not damaged.
    work="$(mktemp -d "$folder/.zoomhook-install.XXXXXX")"
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM HUP

    download "SHA256SUMS"
    download "$name.tar.gz"
    check_sum "$name.tar.gz"
    tar -xzf "$work/$name.tar.gz" -C "$work" "$name/zoomhook" || fail "$name.tar.gz cannot be unpacked"
    installed="$("$work/$name/zoomhook" --version)" || fail "the program does not run on this system" \
        "With Rust, you can build it from the source: cargo install zoomhook"
    mv -f "$work/$name/zoomhook" "$folder/zoomhook"
    echo "Installed $installed as $folder/zoomhook"

    case ":${PATH:-}:" in
        *":$folder:"*) echo "Try it: zoomhook demo" ;;
        *)
            echo "$folder is not in PATH. Add it, for example in ~/.profile:"
            # The reader's shell expands it.
            # shellcheck disable=SC2016
            printf '  export PATH="%s:$PATH"\n' "$folder"
            echo "Try it: $folder/zoomhook demo"
            ;;
    esac
}

# Plain http is for this machine only: the checksums come from the same address.
check_address() {
    case "$1" in
        https://*) ;;
        http://127.0.0.1 | http://127.0.0.1[:/]* | http://localhost | http://localhost[:/]*) ;;
        *) fail "--from needs an https URL, but it is $1" ;;
    esac
}

# Sets `target`: the platform as releases name it.
find_target() {
    system="$(uname -s)" machine="$(uname -m)"
    # An x86_64 shell that macOS translates on an Arm processor.
    if [ "$system" = Darwin ] && [ "$(sysctl -n sysctl.proc_translated 2> /dev/null)" = 1 ]; then machine=arm64; fi
    from_source="With Rust, you can build it from the source: cargo install zoomhook"
    if [ "$system" = Linux ] && { ldd --version 2>&1 || true; } | grep -qi musl; then
        fail "the releases for Linux need glibc, and this system has musl" "$from_source"
    fi
    case "$system $machine" in
        "Linux x86_64" | "Linux amd64") target=x86_64-unknown-linux-gnu ;;
        "Linux aarch64" | "Linux arm64") target=aarch64-unknown-linux-gnu ;;
        "Darwin x86_64") target=x86_64-apple-darwin ;;
        "Darwin arm64") target=aarch64-apple-darwin ;;
        MINGW* | MSYS* | CYGWIN*)
            fail "this script is not for Windows" "Unpack zoomhook-x86_64-pc-windows-msvc.zip from $ADDRESS/releases" ;;
        *) fail "there is no release for $system on $machine" "$from_source" ;;
    esac
}

# Makes `folder`, and makes its path absolute.
check_folder() {
    [ "$folder" != /.local/bin ] || fail "HOME is not set" "Say where the program goes: --to FOLDER"
    hint="Choose a folder that you can write to: --to FOLDER"
    mkdir -p "$folder" 2> /dev/null || fail "the folder $folder cannot be made" "$hint"
    folder="$(cd "$folder" && pwd)"
    [ -w "$folder" ] || fail "you cannot write to $folder" "$hint"
    [ ! -d "$folder/zoomhook" ] || fail "$folder/zoomhook is a folder" "$hint"
}

# Downloads a file of the release into `work`.
download() {
    url="$downloads/$1"
    if is_there curl; then
        code="$(curl -sSL --proto '=https,http' --proto-redir '=https' --retry 2 --connect-timeout 20 \
            -o "$work/$1" -w '%{http_code}' "$url")" || fail "$url cannot be downloaded"
        [ "$code" = 200 ] || not_found "$url" "the server answered $code"
    elif is_there wget; then
        wget -q -O "$work/$1" "$url" || not_found "$url" "wget failed"
    else
        fail "curl and wget are missing" "Install one of them."
    fi
}

not_found() {
    case "$version" in
        latest) fail "$1 cannot be downloaded: $2" ;;
        *) fail "$1 cannot be downloaded: $2" "Is there a version $version? See $releases" ;;
    esac
}

# Compares a downloaded file with its line in SHA256SUMS.
check_sum() {
    expected="$(awk -v name="$1" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")"
    [ -n "$expected" ] || fail "SHA256SUMS has no line for $1" "Nothing was installed."
    if is_there sha256sum; then
        actual="$(sha256sum "$work/$1")"
    elif is_there shasum; then
        actual="$(shasum -a 256 "$work/$1")"
    else
        fail "sha256sum and shasum are missing, so the download cannot be checked" "Install one of them."
    fi
    actual="${actual%% *}"
    [ "$actual" = "$expected" ] || fail "the checksum of $1 is wrong" "expected $expected" "received $actual" \
        "Nothing was installed. The file was damaged or changed on its way, or a new release has just come out."
}

main "$@"
