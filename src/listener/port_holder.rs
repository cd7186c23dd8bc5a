//! Finds the processes that listen on a port, for the message that a port is taken.

/// The process, such as `node (pid 4711)`; `None` if it cannot be found.
pub(super) fn of(port: u16) -> Option<String> {
    let (name, pid) = find(port)?;
    Some(format!("{name} (pid {pid})"))
}

/// The processes that listen on a port of IPv4 and of IPv6; `None` where there is none, or it cannot be found. A socket of
/// IPv6 may serve IPv4 as well.
pub(crate) fn holders(port: u16) -> [Option<String>; 2] {
    #[cfg(target_os = "linux")]
    {
        TABLES.map(|table| find_in(&[table], port).map(|(name, pid)| format!("{name} (pid {pid})")))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = port;
        [None, None]
    }
}

/// Whether a process has an open connection at a port that was bound just now, and from which nothing was accepted yet: a
/// connection to who had the port before. `None` where that is not known.
pub(crate) fn has_earlier_connections(port: u16) -> Option<bool> {
    #[cfg(target_os = "linux")]
    {
        let mut tables = TABLES.iter().filter_map(|table| std::fs::read_to_string(table).ok()).peekable();
        tables.peek()?;
        Some(tables.any(|table| !inodes_in_state(&table, port, "01").is_empty()))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = port;
        None
    }
}

/// The sockets of IPv4, and those of IPv6.
#[cfg(target_os = "linux")]
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

#[cfg(target_os = "linux")]
fn find(port: u16) -> Option<(String, u32)> {
    find_in(&TABLES, port)
}

#[cfg(target_os = "linux")]
fn find_in(tables: &[&str], port: u16) -> Option<(String, u32)> {
    let inodes: Vec<String> = tables
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .flat_map(|table| inodes_in_state(&table, port, "0A"))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    let pid = std::fs::read_dir("/proc")
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .find(|pid| holds_one_of(*pid, &inodes))?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some((name.trim().to_owned(), pid))
}

/// The inodes of the sockets at `port` in this state, from a table like `/proc/net/tcp`: 0A listens, 01 is connected. A
/// connection that no process has accepted yet has no inode.
#[cfg(target_os = "linux")]
fn inodes_in_state(table: &str, port: u16, state: &str) -> Vec<String> {
    let port = format!(":{port:04X}");
    let inode = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let fits = fields.get(1)?.ends_with(&port) && *fields.get(3)? == state;
        fields.get(9).filter(|inode| fits && **inode != "0").map(|inode| (*inode).to_owned())
    };
    table.lines().skip(1).filter_map(inode).collect()
}

#[cfg(target_os = "linux")]
fn holds_one_of(pid: u32, sockets: &[String]) -> bool {
    let Ok(descriptors) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    let mut targets = descriptors.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    targets.any(|target| target.to_str().is_some_and(|target| sockets.iter().any(|s| s == target)))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn find(port: u16) -> Option<(String, u32)> {
    let output = std::process::Command::new("lsof")
        .args(["-nP", &format!("-iTCP:{port}"), "-sTCP:LISTEN", "-Fpc"])
        .output()
        .ok()?;
    // One field per line: `p4711`, then `cnode`.
    let text = String::from_utf8(output.stdout).ok()?;
    let field = |mark: char| text.lines().find_map(|line| line.strip_prefix(mark));
    Some((field('c')?.to_owned(), field('p')?.parse().ok()?))
}

#[cfg(not(unix))]
fn find(_port: u16) -> Option<(String, u32)> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn finds_this_process() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(find(port).unwrap().1, std::process::id());
        drop(listener);
        assert_eq!(find(port), None);
    }

    #[test]
    fn finds_connections_of_who_had_the_port_before() {
        let earlier = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = earlier.local_addr().unwrap();
        let _client = std::net::TcpStream::connect(address).unwrap();
        // As those of a port that was bound just now.
        assert_eq!(has_earlier_connections(address.port()), Some(false), "it is not accepted yet");
        let _accepted = earlier.accept().unwrap();
        drop(earlier);
        assert_eq!(has_earlier_connections(address.port()), Some(true));
    }

    #[test]
    fn ignores_connected_sockets() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1\n\
            1: 0100007F:0FA0 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 222 1\n\
            2: 0100007F:0FA1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1\n";
        assert_eq!(inodes_in_state(table, 4000, "0A"), ["111"]);
    }
}
