//! The platform's place for what the program keeps between its runs. Pure: where it is, not whether it is there.

use std::path::PathBuf;

/// There is neither a state folder nor a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoStateFolder {
    /// The variable that would name one.
    pub(crate) variable: &'static str,
}

/// The folder of ours. `variable` gives environment variables.
///
/// # Errors
/// [`NoStateFolder`] where the environment names none.
pub(crate) fn find(variable: impl Fn(&'static str) -> Option<PathBuf>) -> Result<PathBuf, NoStateFolder> {
    // The XDG base directory specification has relative paths ignored.
    let absolute = |name| variable(name).filter(|path| path.is_absolute());
    let (folder, needed) = if cfg!(windows) {
        let local = absolute("LOCALAPPDATA")
            .or_else(|| absolute("USERPROFILE").map(|home| home.join("AppData").join("Local")));
        (local, "LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        (absolute("HOME").map(|home| home.join("Library").join("Application Support")), "HOME")
    } else {
        let state = absolute("XDG_STATE_HOME");
        (state.or_else(|| absolute("HOME").map(|home| home.join(".local").join("state"))), "HOME")
    };
    folder.map(|folder| folder.join("zoomhook")).ok_or(NoStateFolder { variable: needed })
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn is_where_the_platform_says_and_relative_folders_are_passed_over() {
        let folder = |state: Option<&str>| {
            find(|name| match name {
                "XDG_STATE_HOME" => state.map(PathBuf::from),
                "HOME" => Some("/home/jill".into()),
                _ => None,
            })
        };
        let in_home = PathBuf::from("/home/jill/.local/state/zoomhook");
        assert_eq!(folder(Some("/state")), Ok(PathBuf::from("/state/zoomhook")));
        assert_eq!((folder(None), folder(Some("state"))), (Ok(in_home.clone()), Ok(in_home)));
        assert_eq!(find(|_| None), Err(NoStateFolder { variable: "HOME" }));
    }
}
