//! The program `zoomhook`. Everything is in the library; see `src/lib.rs`.

/// Deliveries are allocated on one thread and freed on another, which the system's allocators are slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let status = zoomhook::commands::main(std::env::args_os());
    // Exits after the shutdown, so that a remaining task of a library does not keep the process running.
    std::process::exit(status.code());
}
