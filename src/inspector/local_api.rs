//! [`LocalApi`]: the API for another part of the program, without HTTP. The functions, the rules and the JSON are those
//! that the page gets.

use std::sync::Arc;

use serde_json::Value;

use super::actions::{self, ReplayRequest, SentRequests, TriggerRequest};
use super::answer::ApiError;
use super::check::{self, CheckRequestBody};
use super::deliveries;
use super::query::Parameters;
use super::{Inspected, Site, session};

/// The API over one history, and over the session that is described in [`Inspected`].
#[derive(Debug)]
pub(crate) struct LocalApi(Arc<Site>);

/// All that is known of a stored delivery, each part as a line of JSON.
#[derive(Debug)]
pub(crate) struct KnownDelivery {
    /// As it is stored.
    pub(crate) delivery: Vec<u8>,
    /// The judgement of `verify`.
    pub(crate) verdict: Vec<u8>,
    /// What became of it.
    pub(crate) outcome: Vec<u8>,
}

impl LocalApi {
    /// Opens nothing yet.
    pub(crate) fn new(inspected: Inspected) -> Self {
        Self(Arc::new(Site::new(inspected)))
    }

    /// One page of a list, by the parameters that the page has in the query.
    ///
    /// # Errors
    /// A parameter is invalid, or the history cannot be read.
    pub(crate) async fn deliveries(&self, query: Vec<(&'static str, String)>) -> Result<Vec<u8>, ApiError> {
        deliveries::list(&self.0, Parameters::of(query).page()?).await
    }

    /// The number of stored deliveries.
    ///
    /// # Errors
    /// The history cannot be read.
    pub(crate) async fn count(&self) -> Result<u64, ApiError> {
        let project = self.0.inspected.only_project.clone();
        let count = self.0.readers.read(move |reader| reader.count_of(project.as_deref())).await?;
        Ok(count.unwrap_or_default())
    }

    /// The known secret tokens: names, sources and fingerprints.
    pub(crate) fn secrets(&self) -> Value {
        session::secrets(&self.0.inspected.origins).into()
    }

    /// One delivery: `id` is an id, the beginning of one, or `last`.
    ///
    /// # Errors
    /// There is no such delivery, or the history cannot be read.
    pub(crate) async fn delivery(&self, id: &str) -> Result<KnownDelivery, ApiError> {
        let delivery = deliveries::one(&self.0, id).await?;
        let verdict = deliveries::verdict(&self.0, id).await?;
        let outcome = deliveries::outcome(&self.0, id).await?.into_bytes();
        Ok(KnownDelivery { delivery, verdict, outcome })
    }

    /// Sends stored deliveries again, with a line for each.
    ///
    /// # Errors
    /// Nothing is sent.
    pub(crate) async fn replay(&self, request: ReplayRequest) -> Result<SentRequests, ApiError> {
        actions::replay(&self.0, request).await
    }

    /// Sends an event or a scenario, with a line for each request.
    ///
    /// # Errors
    /// Nothing is sent.
    pub(crate) async fn trigger(&self, request: TriggerRequest) -> Result<SentRequests, ApiError> {
        actions::trigger(&self.0, request).await
    }

    /// Checks an endpoint, with a line for each request, and then the lines of the command.
    ///
    /// # Errors
    /// Nothing is sent.
    pub(crate) fn check(&self, request: &CheckRequestBody) -> Result<SentRequests, ApiError> {
        check::check(&self.0, request)
    }
}
