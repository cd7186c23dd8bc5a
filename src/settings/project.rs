//! Projects: whose deliveries `last` and lists mean. `--project`, `--all-projects`.
//!
//! A project is a folder: the Git repository around the folder in which `listen` runs, or that folder itself outside of a
//! repository. Each stored delivery has the project of its `listen`, so that several apps can share one history.

use std::path::{Path, PathBuf};

use super::env::Environment;

/// The flags that select the project.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Which deliveries")]
pub(crate) struct ProjectArgs {
    /// Folder of the project whose deliveries count [default: the current folder's; for export, all]
    ///
    /// A project is the Git repository around a folder, or else the folder itself. Each delivery belongs to the project
    /// in which listen received it.
    #[arg(long, value_name = "PATH", conflicts_with = "all_projects", value_hint = clap::ValueHint::DirPath)]
    project: Option<PathBuf>,
    /// Deliveries of all projects
    #[arg(long)]
    all_projects: bool,
}

impl ProjectArgs {
    /// The project; `None` for all of them.
    #[must_use]
    pub(crate) fn check(&self, environment: &Environment) -> Option<String> {
        match &self.project {
            _ if self.all_projects => None,
            Some(path) => Some(project_of(&environment.folder().join(path))),
            None => current(environment),
        }
    }

    /// As [`Self::check`], for a command that would find nothing in a folder that does not exist.
    ///
    /// # Errors
    /// [`NoSuchProject`].
    pub(crate) fn check_existing(&self, environment: &Environment) -> Result<Option<String>, NoSuchProject> {
        match &self.project {
            Some(path) if !environment.folder().join(path).is_dir() => {
                Err(NoSuchProject { path: path.clone() })
            }
            _ => Ok(self.check(environment)),
        }
    }

    /// Whether a flag selects projects.
    #[must_use]
    pub(crate) fn is_given(&self) -> bool {
        self.project.is_some() || self.all_projects
    }

    /// The project of `--project` alone; `None` for all of them.
    #[must_use]
    pub(crate) fn check_given(&self, environment: &Environment) -> Option<String> {
        self.project.as_ref().and_then(|_| self.check(environment))
    }
}

/// The folder of `--project` does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--project: there is no folder {}", path.display())]
pub(crate) struct NoSuchProject {
    path: PathBuf,
}

/// The project of the current folder; `None` if that folder was deleted.
#[must_use]
pub(crate) fn current(environment: &Environment) -> Option<String> {
    let folder = environment.folder();
    (!folder.as_os_str().is_empty()).then(|| project_of(folder))
}

/// The project of a folder. Links are resolved, so that a folder has one project, whichever way it is named.
fn project_of(folder: &Path) -> String {
    let folder =
        folder.canonicalize().or_else(|_| std::path::absolute(folder)).unwrap_or_else(|_| folder.into());
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    let text = repository.unwrap_or(&folder).to_string_lossy().into_owned();
    // The form in which Windows resolves a path is not the one that people write.
    match text.strip_prefix(r"\\?\") {
        Some(path) if path.get(1..2) == Some(":") => path.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn a_project_is_the_repository_or_else_the_folder() {
        let root = tempfile::TempDir::new().unwrap();
        let root = root.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("app/.git")).unwrap();
        fs::create_dir_all(root.join("app/src/deep")).unwrap();
        fs::create_dir_all(root.join("other")).unwrap();
        let of = |folder: &str, args: &[&str]| {
            let environment = Environment::new(root.join(folder), [("NO_COLOR", "1")]);
            let found = parse::<ProjectArgs>(args).unwrap().check(&environment);
            found.map(|project| Path::new(&project).canonicalize().unwrap())
        };
        let (app, other) = (Some(root.join("app")), Some(root.join("other")));
        assert_eq!([of("app", &[]), of("app/src/deep", &[])], [app.clone(), app.clone()]);
        assert_eq!([of("other", &[]), of("app", &["--project", "../other"])], [other.clone(), other]);
        assert_eq!(of("other", &["--project", "../app/src"]), app);
        assert_eq!(of("app", &["--all-projects"]), None);
        assert!(parse::<ProjectArgs>(&["--all-projects", "--project", "."]).is_err());
    }
}
