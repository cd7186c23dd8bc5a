//! [`McpTool`]: what a tool is; [`ToolCall`]: where it runs; [`ToolEntry`]: a tool in the list of the server.

use std::pin::Pin;
use std::sync::Arc;

use rmcp::handler::server::tool::schema_for_input;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use rmcp::schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::McpAnswer;
use super::arguments;
use super::place::McpPlace;
use super::progress::ToolProgress;
use crate::inspector::ApiError;

/// A tool. Its arguments describe themselves: the comments of their fields are what the agent reads.
pub(super) trait McpTool {
    /// Its arguments.
    type Arguments: DeserializeOwned + JsonSchema + Send + 'static;
    /// Its name.
    const NAME: &'static str;
    /// What the agent reads of it.
    const ABOUT: &'static str;
    /// Whether it sends requests, for which the user must start the server with `--allow-send`.
    const SENDS: bool = false;
    /// Whether it waits for what others do. Then it takes no turn of the tools that work, and ends with the client.
    const WAITS: bool = false;

    /// Runs it.
    ///
    /// # Errors
    /// [`ToolError`], which the agent reads.
    fn run(
        call: &ToolCall<'_>,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<McpAnswer, ToolError>> + Send;
}

/// A call of a tool.
#[derive(Debug)]
pub(super) struct ToolCall<'p> {
    /// Where it looks.
    pub(super) place: &'p McpPlace,
    /// Reports how far it is.
    pub(super) progress: ToolProgress,
}

/// Why a tool has no result, for the agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ToolError(pub(super) String);

impl ToolError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<ApiError> for ToolError {
    fn from(error: ApiError) -> Self {
        Self(error.to_string())
    }
}

type Running<'c> = Pin<Box<dyn Future<Output = Result<McpAnswer, ToolError>> + Send + 'c>>;

/// A tool in the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToolEntry {
    pub(super) name: &'static str,
    pub(super) sends: bool,
    pub(super) waits: bool,
    about: &'static str,
    schema: fn() -> Option<Arc<JsonObject>>,
    run: for<'c> fn(&'c ToolCall<'_>, JsonObject) -> Running<'c>,
}

impl ToolEntry {
    pub(super) const fn of<T: McpTool + 'static>() -> Self {
        Self {
            name: T::NAME,
            sends: T::SENDS,
            waits: T::WAITS,
            about: T::ABOUT,
            schema: || schema_for_input::<T::Arguments>().ok(),
            run: |call, arguments| Box::pin(run::<T>(call, arguments)),
        }
    }

    /// As the protocol describes it.
    pub(super) fn described(&self) -> Tool {
        let annotations =
            ToolAnnotations::from_raw(None, Some(!self.sends), Some(self.sends), None, Some(self.sends));
        Tool::new(self.name, self.about, (self.schema)().unwrap_or_default()).with_annotations(annotations)
    }

    /// Runs the tool with arguments that are not checked yet.
    pub(super) async fn run(
        &self,
        call: &ToolCall<'_>,
        arguments: JsonObject,
    ) -> Result<McpAnswer, ToolError> {
        let arguments = arguments::checked(&(self.schema)().unwrap_or_default(), arguments)?;
        (self.run)(call, arguments).await
    }
}

async fn run<T: McpTool>(call: &ToolCall<'_>, arguments: JsonObject) -> Result<McpAnswer, ToolError> {
    let arguments = serde_json::from_value(Value::Object(arguments));
    let arguments =
        arguments.map_err(|_| ToolError::new("The arguments do not conform to the schema of the tool."));
    T::run(call, arguments?).await
}
