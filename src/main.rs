//! The program `zoomhook`. Everything is in the library; see `src/lib.rs`.

fn main() {
    let status = zoomhook::commands::main(std::env::args_os());
    // Exits after the shutdown, so that a remaining task of a library does not keep the process running.
    std::process::exit(status.code());
}
