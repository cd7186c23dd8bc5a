//! [`find`]s the platform's folder for files that the program stores between runs. Pure: does not check that it exists.

use std::path::PathBuf;

/// The environment has neither a state folder nor a home folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoStateFolder {
    /// The environment variable to set.
    pub(crate) variable: &'static str,
}

/// The state folder of zoomhook. `variable` reads an environment variable.
///
/// # Errors
/// [`NoStateFolder`] if the environment has none.
pub(crate) fn find(variable: impl Fn(&'static str) -> Option<PathBuf>) -> Result<PathBuf, NoStateFolder> {
    // The XDG base directory specification says that relative paths are ignored.
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
    fn uses_the_platforms_folder_and_ignores_relative_paths() {
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
