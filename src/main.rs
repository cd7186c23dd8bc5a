//! The program `zoomhook`: see the library for everything it does.

fn main() {
    let status = zoomhook::commands::main(std::env::args_os());
    // After the orderly end: a task of a library that does not end by itself must not keep the terminal.
    std::process::exit(status.code().into());
}
