//! Users and groups, as `/etc/passwd` and `/etc/group` list them.
//!
//! Users of a directory service are not in these files, so a group is private only if a file shows it: with users that
//! it cannot see, this has the limits of OpenSSH on Debian.

/// The users and groups of this machine.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    users: String,
    groups: String,
}

impl Accounts {
    /// Reads the system's files. A file that cannot be read counts as empty.
    #[must_use]
    pub(crate) fn of_system() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        Self { users: read("/etc/passwd"), groups: read("/etc/group") }
    }

    #[cfg(test)]
    pub(super) fn new(users: &str, groups: &str) -> Self {
        Self { users: users.to_owned(), groups: groups.to_owned() }
    }

    /// The name, the id and the main group of each user.
    fn users(&self) -> impl Iterator<Item = (&str, u32, u32)> {
        self.users.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let (id, group) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
            Some((name, id, group))
        })
    }

    /// The name, the id and the listed members of each group.
    fn groups(&self) -> impl Iterator<Item = (&str, u32, &str)> {
        self.groups.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let id = fields.nth(1)?.parse().ok()?;
            Some((name, id, fields.next().unwrap_or_default()))
        })
    }

    /// Whether these users are the only members of a group. Unknown groups, and groups without a member, are not private:
    /// the latter are for programs that change their group.
    pub(super) fn is_private(&self, group: u32, users: &[u32]) -> bool {
        // On macOS these files do not list the users.
        if cfg!(target_vendor = "apple") {
            return false;
        }
        let Some((_, _, listed)) = self.groups().find(|(_, id, _)| *id == group) else { return false };
        let mut members = 0;
        for (_, user, main) in self.users() {
            if main == group {
                members += 1;
                if !users.contains(&user) {
                    return false;
                }
            }
        }
        for listed in listed.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            members += 1;
            if !self.users().any(|(name, id, _)| name == listed && users.contains(&id)) {
                return false;
            }
        }
        members > 0
    }

    fn name(&self, id: u32) -> Option<&str> {
        self.users().find(|(_, known, _)| *known == id).map(|(name, ..)| name)
    }

    /// A user for a message.
    pub(super) fn user(&self, id: u32) -> String {
        self.name(id).map_or_else(|| format!("user {id}"), str::to_owned)
    }

    /// A user as an argument of `chown`.
    pub(super) fn argument(&self, id: u32) -> String {
        self.name(id).map_or_else(|| id.to_string(), str::to_owned)
    }

    /// A group for a message.
    pub(super) fn group(&self, id: u32) -> String {
        self.groups()
            .find(|(_, known, _)| *known == id)
            .map_or_else(|| format!("group {id}"), |(name, ..)| format!("group {name}"))
    }
}

#[cfg(all(test, not(target_vendor = "apple")))]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/sh\njill:x:1000:1000::/home/jill:/bin/sh\n\
        jack:x:1001:1001::/home/jack:/bin/sh\nbroken\nmay:x:1002:50::/home/may:/bin/sh\n";
    const GROUPS: &str = "root:x:0:\njill:x:1000:\njack:x:1001:jill\ndevs:x:2000:jill,jack\nown:x:2001:jill,root\n\
        staff:x:50:jill\nnone:x:60:\nodd:x:70:jill,gone\n";

    #[test]
    fn a_group_is_private_if_all_its_members_are_these_users() {
        let accounts = Accounts::new(USERS, GROUPS);
        for (group, private) in [
            (0, true),
            (1000, true),
            // Listed members count as well as main groups.
            (1001, false),
            (2000, false),
            (2001, true),
            // `may` has it as the main group.
            (50, false),
            (60, false),
            (70, false),
            (4711, false),
        ] {
            assert_eq!(accounts.is_private(group, &[1000, 0]), private, "{group}");
        }
        assert!(!Accounts::new(USERS, "").is_private(1000, &[1000]));
        assert!(!Accounts::new("", GROUPS).is_private(1000, &[1000]));
    }

    #[test]
    fn names_users_and_groups_that_it_knows() {
        let accounts = Accounts::new(USERS, GROUPS);
        assert_eq!(accounts.user(1001), "jack");
        assert_eq!(accounts.user(7), "user 7");
        assert_eq!(accounts.group(2000), "group devs");
        assert_eq!(accounts.group(7), "group 7");
    }
}
