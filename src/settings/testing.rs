//! For this folder's tests: one group of flags, parsed as a command line.

/// Parses the flags of one group.
pub(crate) fn parse<A: clap::Args>(args: &[&str]) -> Result<A, clap::Error> {
    let mut command = A::augment_args(clap::Command::new("test").no_binary_name(true));
    A::from_arg_matches(&command.try_get_matches_from_mut(args)?)
}
