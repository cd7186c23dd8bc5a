//! The web framework of the user's app, which selects the line of code in a remedy.

use std::fmt;
use std::str::FromStr;

/// A language that apps are written in. Its usual serializer is named first where several write the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// None of the others.
    Any,
    DotNet,
    Go,
    Java,
    JavaScript,
    Php,
    Python,
    Ruby,
    Rust,
}

/// A framework that remedies have lines of code for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framework {
    /// Express, JavaScript.
    Express,
    /// Fastify, JavaScript.
    Fastify,
    /// Next.js, route handlers.
    Next,
    /// AWS Lambda behind API Gateway or a load balancer, JavaScript.
    Lambda,
    /// Flask, Python.
    Flask,
    /// FastAPI, Python.
    FastApi,
    /// Django, Python.
    Django,
    /// Laravel, PHP.
    Laravel,
    /// Rails, Ruby.
    Rails,
    /// Spring, Java.
    Spring,
    /// ASP.NET Core, C#.
    AspNet,
    /// Go's net/http.
    Go,
    /// axum, Rust.
    Axum,
}

impl Framework {
    /// All frameworks, in the order of `--help`.
    pub const ALL: [Self; 13] = [
        Self::Express,
        Self::Fastify,
        Self::Next,
        Self::Lambda,
        Self::Flask,
        Self::FastApi,
        Self::Django,
        Self::Laravel,
        Self::Rails,
        Self::Spring,
        Self::AspNet,
        Self::Go,
        Self::Axum,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Express => "express",
            Self::Fastify => "fastify",
            Self::Next => "next",
            Self::Lambda => "lambda",
            Self::Flask => "flask",
            Self::FastApi => "fastapi",
            Self::Django => "django",
            Self::Laravel => "laravel",
            Self::Rails => "rails",
            Self::Spring => "spring",
            Self::AspNet => "aspnet",
            Self::Go => "go",
            Self::Axum => "axum",
        }
    }

    /// The language of the framework.
    pub(crate) fn language(self) -> Language {
        match self {
            Self::Express | Self::Fastify | Self::Next | Self::Lambda => Language::JavaScript,
            Self::Flask | Self::FastApi | Self::Django => Language::Python,
            Self::Laravel => Language::Php,
            Self::Rails => Language::Ruby,
            Self::Spring => Language::Java,
            Self::AspNet => Language::DotNet,
            Self::Go => Language::Go,
            Self::Axum => Language::Rust,
        }
    }

    /// Guesses the framework from the headers of a request or its answer. Names are case-insensitive.
    #[must_use]
    pub fn guess<'h>(headers: impl IntoIterator<Item = (&'h str, &'h [u8])>) -> Option<Self> {
        headers.into_iter().find_map(|(name, value)| {
            let has = |part| String::from_utf8_lossy(value).to_ascii_lowercase().contains(part);
            let mut hints = HINTS.iter().filter(|hint| name.eq_ignore_ascii_case(hint.header));
            hints.find(|hint| has(hint.part)).map(|hint| hint.means)
        })
    }
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is not in [`Framework::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a framework that zoomhook knows")]
pub struct UnknownFramework;

impl FromStr for Framework {
    type Err = UnknownFramework;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|framework| framework.as_str() == text).ok_or(UnknownFramework)
    }
}

#[cfg(feature = "cli")]
impl clap::ValueEnum for Framework {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(self.as_str().into())
    }
}

/// A header that identifies a framework.
struct Hint {
    header: &'static str,
    /// Part of the value, in lower case.
    part: &'static str,
    means: Framework,
}

const HINTS: [Hint; 12] = [
    Hint { header: "x-powered-by", part: "express", means: Framework::Express },
    Hint { header: "x-powered-by", part: "next.js", means: Framework::Next },
    Hint { header: "x-powered-by", part: "asp.net", means: Framework::AspNet },
    Hint { header: "server", part: "kestrel", means: Framework::AspNet },
    Hint { header: "server", part: "werkzeug", means: Framework::Flask },
    Hint { header: "server", part: "uvicorn", means: Framework::FastApi },
    Hint { header: "server", part: "wsgiserver", means: Framework::Django },
    Hint { header: "set-cookie", part: "laravel_session", means: Framework::Laravel },
    Hint { header: "x-runtime", part: "0.", means: Framework::Rails },
    Hint { header: "x-amzn-requestid", part: "", means: Framework::Lambda },
    Hint { header: "x-vercel-id", part: "", means: Framework::Next },
    Hint { header: "x-application-context", part: "", means: Framework::Spring },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_every_name() {
        for framework in Framework::ALL {
            assert_eq!(framework.to_string().parse(), Ok(framework));
        }
        assert_eq!("cobol".parse::<Framework>(), Err(UnknownFramework));
    }

    #[test]
    fn guesses_a_framework_from_headers() {
        let guess =
            |name, value: &'static str| Framework::guess([("host", &b"x"[..]), (name, value.as_bytes())]);
        assert_eq!(guess("X-Powered-By", "Express"), Some(Framework::Express));
        assert_eq!(guess("server", "Werkzeug/3.0.1 Python/3.12"), Some(Framework::Flask));
        assert_eq!(guess("server", "nginx"), None);
    }
}
